import { expect, it } from "@jest/globals";
import { ChatOpenAI } from "@langchain/openai";
import { CostCallbackHandler, definePriceTable } from "../../src/callbacks.js";
import { useWireServer } from "../support/use_server.js";
import { json } from "../support/wire_script.js";
import { chatCompletion } from "./chat_completions.js";

const model = "some-model";
const table = definePriceTable([{ model, inputUsdPerMillion: "1", outputUsdPerMillion: "2" }]);
const server = useWireServer();

it("a call that was refused costs nothing, and what answers in its place is billed", async () => {
  const usage = { prompt_tokens: 1600, completion_tokens: 90, total_tokens: 1690 };
  const costs = new CostCallbackHandler({ table });
  server.reply(json(429, { error: { message: "no room", type: "some_error" } }));
  server.reply(chatCompletion({ model, usage }).invoke);
  const openAI = () => new ChatOpenAI({ model, apiKey: "k", maxRetries: 0, configuration: { baseURL: server.url } });
  const withSpare = openAI().withFallbacks([openAI()]);
  await withSpare.invoke("Hi", { callbacks: [costs] });
  // 1600 x 1 + 90 x 2 = 1780
  expect(costs.totals).toMatchObject({ costUsd: "0.00178", calls: 2, unpricedCalls: 0, warnings: [] });
});
