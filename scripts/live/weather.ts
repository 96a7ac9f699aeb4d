import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { z } from "zod";

const cities = ["Rome", "Oslo", "Lima", "Cairo"];

/** What the tool says of Paris, and of no other city: a model that did not call it cannot know. */
export const parisDegrees = "21";

/** The question that comes after the turns. */
export const parisQuestion = "Weather in Paris?";

/** The tool of the conversation, to bind or to give to an agent. */
export const getWeather = tool(({ city }) => (city === "Paris" ? parisDegrees : "18"), {
  name: "get_weather",
  description: "The temperature in a city.",
  schema: z.object({ city: z.string() }),
});

/** Four finished turns: shown these, a model of 135M parameters calls the tool in the fifth. */
export function weatherTurns(): BaseMessage[] {
  return cities.flatMap((city, at) => [
    new HumanMessage(`Weather in ${city}?`),
    new AIMessage({ content: "", tool_calls: [{ id: `call${at}`, name: getWeather.name, args: { city } }] }),
    new ToolMessage({ content: "18", tool_call_id: `call${at}`, name: getWeather.name }),
    new AIMessage("18 C"),
  ]);
}

/** The tool on the OpenAI-compatible wire. */
export const wireWeatherTool = convertToOpenAITool(getWeather);

/** A tool call on the OpenAI-compatible wire. */
export function wireCall(id: string, city: string): object {
  const call = { name: getWeather.name, arguments: JSON.stringify({ city }) };
  return { role: "assistant", content: null, tool_calls: [{ id, type: "function", function: call }] };
}

/** The turns and the question on the OpenAI-compatible wire. */
export function wireWeatherTurns(): object[] {
  const turns = cities.flatMap((city, at) => [
    { role: "user", content: `Weather in ${city}?` },
    wireCall(`call${at}`, city),
    { role: "tool", tool_call_id: `call${at}`, content: "18" },
    { role: "assistant", content: "18 C" },
  ]);
  return [...turns, { role: "user", content: parisQuestion }];
}
