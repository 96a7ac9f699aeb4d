import { describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { CostCallbackHandler } from "../../src/books/cost_handler.js";
import { definePriceTable } from "../../src/pricing/look_up/define_price_table.js";
import { ChatFireworks } from "../../src/providers/fireworks/chat.js";
import { openaiScripts } from "../contract/wires/openai_scripts.js";
import { useWireServer } from "../support/use_server.js";
import { calls, make } from "./calls.js";
import { costsOf, langfuseHandler, traced, useOpenInference } from "./traced.js";

const server = useWireServer();
const KEYED = { apiKey: "sk-dummy-key", maxRetries: 0 };

const everything = traced();
const langfuse = langfuseHandler(everything);
useOpenInference(everything);

describe.each(calls)("a call that is $name", (call) => {
  it("says so on the spans of OpenInference and of Langfuse", async () => {
    await make(call, server, [langfuse]);
    const spans = await everything.spans();
    const openinference = spans.find((span) => span["openinference.span.kind"] === "LLM");
    const generation = spans.find((span) => span["langfuse.observation.type"] === "generation");
    expect(costsOf(openinference)).toEqual(call.expected);
    expect(costsOf(generation)).toEqual(call.expected);
    expect(spans).toHaveLength(2);
  });
});

it("shows nothing for what LangChain's cache answered, but that it cost nothing", async () => {
  const model = new ChatFireworks({ ...KEYED, model: "m", baseURL: `${server.url}/v1`, cache: new InMemoryCache() });
  server.reply(openaiScripts.whole());
  await model.invoke("Say hello.");
  await everything.spans();
  await model.invoke("Say hello.");
  const [span] = await everything.spans();
  expect(costsOf(span)).toMatchObject({ "llm.cost.total": 0, "langchain_metered.cost_status": "none" });
});

it("believes the handler that knows a price, and not one that counts what it does not know as nothing", async () => {
  const table = definePriceTable([
    { provider: "fireworks", model: "m", inputUsdPerMillion: "1", outputUsdPerMillion: "1" },
  ]);
  const zero = new CostCallbackHandler({ onUnpriced: "zero" });
  const knowing = new CostCallbackHandler({ table });
  const model = new ChatFireworks({ ...KEYED, model: "m", baseURL: `${server.url}/v1` });
  server.reply(openaiScripts.whole({ usage: { input: 1000, output: 500 } }));
  await model.invoke("Say hello.", { callbacks: [zero, knowing] });
  const [span] = await everything.spans();
  expect([zero.totals.costUsd, knowing.totals.costUsd]).toEqual(["0", "0.0015"]);
  expect(costsOf(span)).toMatchObject({ "llm.cost.total": 0.0015, "langchain_metered.cost_status": "priced" });
});

it("tells the runs of one call apart", async () => {
  const model = new ChatFireworks({
    ...KEYED,
    model: "accounts/fireworks/models/kimi-k3",
    baseURL: `${server.url}/v1`,
  });
  server.reply(
    ({ json }) => openaiScripts.whole({ usage: countOf(json) }),
    ({ json }) => openaiScripts.whole({ usage: countOf(json) }),
  );
  await model.generate([[["human", "one"]], [["human", "two"]]]);
  const spans = await everything.spans();
  const found = spans.map((span) => [span["llm.token_count.prompt"], span["llm.cost.prompt"]]);
  expect(found.toSorted(([one], [other]) => Number(one) - Number(other))).toEqual([
    [1000, 0.003],
    [2000, 0.006],
  ]);
});

/** The server counts what it is told to. */
function countOf(body: unknown): { input: number; output: number } {
  return { input: JSON.stringify(body).includes("two") ? 2000 : 1000, output: 1 };
}
