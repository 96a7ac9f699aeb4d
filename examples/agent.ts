/** An agent with a tool and a cap for each of its runs: it ends with what it has where the next call might pass the limit. */
import "./endpoint.js";
import { createAgent, HumanMessage, tool } from "langchain";
import { ChatFireworks, CostCallbackHandler } from "langchain-metered";
import { budgetMiddleware } from "langchain-metered/middleware";
import { z } from "zod";

const getWeather = tool(({ city }) => `21 C in ${city}`, {
  name: "get_weather",
  description: "The weather in a city, now.",
  schema: z.object({ city: z.string() }),
});
const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 200, temperature: 0 });

/** Asks a new agent that may spend no more than `limitUsd`. */
async function ask(limitUsd: string): Promise<void> {
  const costs = new CostCallbackHandler();
  const agent = createAgent({ model, tools: [getWeather], middleware: [budgetMiddleware({ limitUsd })] });
  const { messages } = await agent.invoke(
    { messages: [new HumanMessage("What is the weather in Paris?")] },
    { callbacks: [costs] },
  );
  console.log(`With $${limitUsd}: ${messages.map(({ type }) => type).join(", ")}`);
  console.log(messages.at(-1)?.text);
  const { calls, deniedCalls, costUsd } = costs.totals;
  console.log(`calls: ${calls}, of them denied: ${deniedCalls}, cost: $${costUsd}`);
}

await ask("0.50");
await ask("0.000001");
