import { ChatFireworks, ChatOllamaLite, ChatOpenLLM } from "langchain-metered";
import { startServer } from "../server.cjs";

const server = await startServer();
const models = [
  new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1` }),
  new ChatFireworks({ model: "m", apiKey: "k", baseURL: `${server.url}/v1` }),
  new ChatOllamaLite({ model: "m", baseURL: server.url }),
];
const answers = [];
for (const model of models) {
  const { content, usage_metadata: usage } = await model.invoke("Greet me.");
  let streamed = "";
  for await (const chunk of await model.stream("Greet me.")) streamed += chunk.content;
  answers.push({ content, streamed, total: usage.total_tokens, calls: model.costs.totals.calls });
}
await server.close();
process.stdout.write(JSON.stringify(answers));
