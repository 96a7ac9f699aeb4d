import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import type { MeteredChatModel } from "../../src/provider.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { chunk, completion, end, spent } from "../support/completions.js";
import { json, sse } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

const [example = { title: "", code: "" }, ...others] = docExamples("docs/contributing/add-a-provider.md");
const used = { prompt_tokens: 1_000_000, completion_tokens: 500_000, total_tokens: 1_500_000 };

let server: WireServer;
let ChatTogether: new (fields: object) => MeteredChatModel;

beforeEach(async () => {
  server = await startWireServer();
  const code = `${example.code}\nconsole.log(ChatTogether);`;
  await runExample({ ...example, code }, (logged) => (ChatTogether = logged as typeof ChatTogether));
});

afterEach(() => server.close());

const fields = () => ({
  model: "meta-llama/Llama-3.3-70B-Instruct-Turbo",
  apiKey: "k",
  baseURL: `${server.url}/v1`,
  repetitionPenalty: 1.1,
});

it("the page has one example, of at most forty lines", () => {
  expect(others).toEqual([]);
  expect(example.code.split("\n").length).toBeLessThanOrEqual(40);
});

it("invokes, streams and prices", async () => {
  const model = new ChatTogether(fields());
  server.reply(json(200, { ...completion({ content: "Rain." }), usage: used }));
  server.reply(sse([chunk({ content: "Rain." }), end(), spent(1_000_000, 500_000)]));
  expect((await model.invoke([new HumanMessage("Hi.")])).text).toBe("Rain.");
  for await (const _ of await model.stream("Hi."));
  expect(server.requests.map(({ json: body }) => body)).toEqual([
    expect.objectContaining({ repetition_penalty: 1.1, stream: false }),
    expect.objectContaining({ repetition_penalty: 1.1, stream: true }),
  ]);
  expect(model.costs.totals).toMatchObject({ calls: 2, costUsd: "2.64", unpricedCalls: 0 });
  expect(model.getLsParams({})).toMatchObject({ ls_provider: "together" });
});

it("refuses options that it does not have, and shows no key", () => {
  expect(() => new ChatTogether({ ...fields(), repetition_penalty: 1 })).toThrow("Write `repetitionPenalty`.");
  expect(() => new ChatTogether({ ...fields(), repetitionPenalty: 3 })).toThrow("from 0 to 2");
  const { kwargs } = JSON.parse(JSON.stringify(new ChatTogether(fields()))) as { kwargs: object };
  expect(kwargs).toMatchObject({ repetition_penalty: 1.1, api_key: { type: "secret", id: ["TOGETHER_API_KEY"] } });
});
