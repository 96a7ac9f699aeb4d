import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import { completionsProvider } from "../../src/models/completions.js";
import { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { Provider } from "../../src/models/provider.js";
import { METERED_OPTIONS } from "../../src/models/shared_options.js";
import { chunk, completion, end, isStreamed, weather } from "../support/completions.js";
import { json, sse } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

let server: WireServer;
let settled = 0;

const service = completionsProvider({
  name: "counted",
  title: "Counted",
  keyVariable: "COUNTED_API_KEY",
  baseURL: "http://127.0.0.1:1",
  exampleModel: "m",
  options: METERED_OPTIONS,
});
/** Says how often the options of a call are made into the fields of a request. */
const provider: Provider = {
  ...service,
  toParams: (asked) => {
    settled++;
    return service.toParams(asked);
  },
};

class Counted extends MeteredChatModel {
  constructor(fields: object = {}) {
    super({ model: "m", apiKey: "k", baseURL: server.url, ...fields }, provider);
  }
}

beforeAll(async () => {
  server = await startWireServer();
});
beforeEach(() => {
  server.always(({ json: body }) =>
    isStreamed(body) ? sse([chunk({ content: "Rain." }), end()]) : json(200, completion({ content: "Rain." })),
  );
});
afterEach(() => {
  settled = 0;
});
afterAll(() => server.close());

/** One for the constructor, which refuses what cannot be sent. */
const OF_CONSTRUCTOR = 1;

it.each<[string, (model: Counted) => Promise<unknown>, number]>([
  ["invoke", (model) => model.invoke("Hi.", { maxTokens: 3 }), 1],
  ["invoke with tools", (model) => model.bindTools([weather]).invoke("Hi."), 1],
  ["a stream", async (model) => (await model.stream("Hi.")).getReader().read(), 1],
  ["events", (model) => Promise.resolve(model.streamEvents("Hi.").text), 1],
  ["a generate of three prompts", (model) => model.generate([[["human", "a"]], [["human", "b"]], [["human", "c"]]]), 1],
  ["a batch of three", (model) => model.batch(["a", "b", "c"]), 3],
])("the options of %s are settled once in a run", async (_, ask, times) => {
  const model = new Counted();
  await ask(model);
  expect(settled - OF_CONSTRUCTOR).toBe(times);
});

it("a streamed invoke settles once too", async () => {
  await new Counted({ streaming: true }).invoke("Hi.");
  expect(settled - OF_CONSTRUCTOR).toBe(1);
});

it("a call that fails settles once too, whoever asks for the fields of its request", async () => {
  const model = new Counted({ baseURL: "http://127.0.0.1:1", maxRetries: 1 });
  await expect(model.bindTools([weather]).invoke("Hi.")).rejects.toThrow("No answer");
  expect(settled - OF_CONSTRUCTOR).toBe(1);
});

it("with a cache, the key needs the model's own options once more", async () => {
  const model = new Counted({ cache: new InMemoryCache() });
  await model.invoke("Hi.");
  expect(settled - OF_CONSTRUCTOR).toBe(1 + 1);
  await model.invoke("Hi.");
  expect(settled - OF_CONSTRUCTOR).toBe(2 * (1 + 1));
});
