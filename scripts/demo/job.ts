import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { createAgent, HumanMessage, modelCallLimitMiddleware, type BaseMessage } from "langchain";
import { z } from "zod";
import { getWeather, parisQuestion } from "../live/weather.js";
import type { MeteredModel } from "./endpoint.js";

const Capital = z.object({ city: z.string().describe("a capital city"), country: z.string() });

const MOST_TURNS = 3;

/** Calls that the job makes at the most: chain, stream, the agent's turns, object. */
export const MOST_CALLS = 3 + MOST_TURNS;

/** How the job is done on one endpoint. */
export interface JobOptions {
  /** Turns before the agent's question, for a model that must be shown how tools are called. */
  shots: BaseMessage[];
  method: "functionCalling" | "jsonSchema";
  print: (line: string) => void;
}

/** The main job: a chain, a streamed answer, an agent with a tool, an object that follows a schema. */
export async function doJob(model: MeteredModel, { shots, method, print }: JobOptions): Promise<void> {
  const prompt = ChatPromptTemplate.fromMessages([
    ["system", "Answer in one sentence."],
    ["human", "What are {topic}?"],
  ]);
  const chain = prompt.pipe(model).pipe(new StringOutputParser());
  print(`chain       ${oneLine(await chain.invoke({ topic: "tides" }))}`);

  let streamed = "";
  let chunks = 0;
  for await (const chunk of await model.stream("What are tides? One sentence.")) {
    streamed += chunk.text;
    chunks++;
  }
  print(`stream      ${oneLine(streamed)} (${chunks} chunks)`);

  const agent = createAgent({
    model,
    tools: [getWeather],
    middleware: [modelCallLimitMiddleware({ runLimit: MOST_TURNS, exitBehavior: "end" })],
  });
  const { messages } = await agent.invoke({ messages: [...shots, new HumanMessage(parisQuestion)] });
  const turns = messages.slice(shots.length).map((message) => describe(message));
  print(`agent       ${turns.join(" -> ")}`);

  const capital = await model
    .withStructuredOutput(Capital, { method })
    .invoke("Name the capital of Portugal and its country.");
  print(`structured  ${JSON.stringify(capital)}`);
}

function describe(message: BaseMessage): string {
  const calls = "tool_calls" in message && Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const [call] = calls as { name: string; args: unknown }[];
  if (call) return `${call.name}(${JSON.stringify(call.args)})`;
  return `${message.getType()}: ${oneLine(message.text)}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 100 ? `${line.slice(0, 100)}...` : line;
}
