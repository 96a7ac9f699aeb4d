/** A chain of prompt, model and parser: invoked, streamed and in a batch, and what all of it cost. */
import "./endpoint.js";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { ChatFireworks, CostCallbackHandler } from "langchain-metered";

const costs = new CostCallbackHandler();
const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 200, temperature: 0 });
const prompt = ChatPromptTemplate.fromMessages([
  ["system", "Answer in one sentence."],
  ["human", "What are {topic}?"],
]);
const chain = prompt
  .pipe(model)
  .pipe(new StringOutputParser())
  .withConfig({ callbacks: [costs] });

console.log(await chain.invoke({ topic: "tides" }));

for await (const piece of await chain.stream({ topic: "tides" })) process.stdout.write(piece);
process.stdout.write("\n");

const answers = await chain.batch([{ topic: "tides" }, { topic: "currents" }, { topic: "waves" }]);
console.log(`${answers.length} answers of a batch`);

const { calls, inputTokens, outputTokens, costUsd } = costs.totals;
console.log(`${calls} calls, ${inputTokens} + ${outputTokens} tokens, $${costUsd}`);
