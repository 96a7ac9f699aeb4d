import { describe, expect, it } from "@jest/globals";
import type { MeteredCallOptions } from "../../src/models/options.js";
import { expectHelpful, thrownBy } from "./helpful.js";
import { collect, rejection } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();

/** What is written, and what the error says to write instead. */
const SLIPS: [written: string, instead: string][] = [
  ["temprature", "temperature"],
  ["max_tokens", "maxTokens"],
  ["maxOutputTokens", "maxTokens"],
  ["top_p", "topP"],
  ["TopK", "topK"],
];
const OF_CONSTRUCTORS: typeof SLIPS = [
  ["modelName", "model"],
  ["fireworksApiKey", "apiKey"],
  ["openAIApiKey", "apiKey"],
  ["configuration", "baseURL"],
  ["max_retries", "maxRetries"],
  ["idleTimeOut", "idleTimeout"],
];

describe.each(subjects)("$name: an option that does not exist", (subject) => {
  const create = (fields: object = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });

  it.each([...SLIPS, ...OF_CONSTRUCTORS])("`%s` in the constructor: `%s` is named", (written, instead) => {
    const error = thrownBy(() => create({ [written]: 1 }));
    expect(error).toMatchObject({ name: "ConfigurationError", option: written });
    expectHelpful(error, `\`${written}\``);
    expect((error as Error).message).toContain(`\`${instead}\``);
  });

  it.each(SLIPS)("`%s` in a call: `%s` is named, and nothing is sent", async (written, instead) => {
    const options = { [written]: 1 } as Partial<MeteredCallOptions>;
    for (const error of [
      await rejection(create().invoke("Hi.", options)),
      await rejection(collect(create().stream("Hi.", options))),
      await rejection(create().withConfig(options).invoke("Hi.")),
      (await create().batch(["Hi."], options, { returnExceptions: true }))[0],
      thrownBy(() => create().invocationParams(options)),
    ]) {
      expect(error).toMatchObject({ name: "ConfigurationError", option: written });
      expect((error as Error).message).toContain(`\`${instead}\``);
    }
    expect(wire.server.requests).toEqual([]);
  });

  it("one that is nowhere near has the nearest all the same", () => {
    expect((thrownBy(() => create({ zzz: 1 })) as Error).message).toMatch(/There is no option `zzz`\. .*`\w+`/);
  });

  it("`reasoning` and `modelKwargs` of other classes say what to write", () => {
    const said = (option: string) => (thrownBy(() => create({ [option]: {} })) as Error).message;
    expect(said("reasoning")).toMatch(/`(reasoningEffort|think)`/);
    if (subject.provider !== "fireworks") expect(said("modelKwargs")).toMatch(/`(extraBody|ChatOllamaLiteInput)`/);
  });

  it("an option of the constructor is none of a call, and the reverse", async () => {
    const inCall = await rejection(create().invoke("Hi.", { idleTimeout: 5 } as object));
    expect(inCall).toMatchObject({ option: "idleTimeout", hint: "Set it in the constructor." });
    expect(thrownBy(() => create({ tools: [] }))).toMatchObject({ name: "ConfigurationError", option: "tools" });
  });

  it("`undefined` is no option, whatever its name", async () => {
    wire.server.reply(subject.scripts.whole());
    await create({ temprature: undefined }).invoke("Hi.", { topp: undefined } as object);
    expect(wire.server.requests).toHaveLength(1);
  });

  it("what LangChain and LangGraph put into a config passes, and stays out of the request", async () => {
    wire.server.always(subject.scripts.whole());
    class Store {
      readonly items = new Map();
    }
    const config = {
      configurable: { thread_id: "1" },
      recursionLimit: 5,
      runName: "r",
      store: new Store(),
      context: { user: "u" },
      writer: () => undefined,
      streamMode: ["values"],
      durability: "async",
      interruptBefore: [],
      executionInfo: {},
      ls_anything: "x",
      // What agents that are to answer by a schema ask other providers for.
      outputConfig: { format: { type: "json_schema", schema: {} } },
      responseSchema: {},
      __pregel_resuming: true,
      // What no user writes, under a name that nobody knows yet.
      brandNew: new Store(),
      [Symbol("s")]: 1,
    };
    await create().invoke("Hi.");
    await create().invoke("Hi.", config);
    const [plain, configured] = wire.server.requests.map(({ json }) => json);
    expect(configured).toEqual(plain);
  });
});

describe.each(subjects)("$name: options in other spellings", (subject) => {
  it("`baseUrl` is `baseURL`, which goes first", async () => {
    wire.server.always(subject.scripts.whole());
    const baseUrl = subject.baseURL(wire.server.url);
    const model = subject.create("http://127.0.0.1:1", { baseURL: undefined, baseUrl });
    expect(model.baseURL).toBe(baseUrl);
    await model.invoke("Hi.");
    expect(subject.create("http://127.0.0.1:1", { baseURL: baseUrl, baseUrl: "http://127.0.0.1:2" }).baseURL).toBe(
      baseUrl,
    );
    const { kwargs } = JSON.parse(JSON.stringify(model)) as { kwargs: Record<string, unknown> };
    expect(kwargs).toMatchObject({ base_url: baseUrl });
    expect(kwargs).not.toHaveProperty("baseUrl");
  });

  it("`maxTokens: -1` is no limit: of the model, and of a call whose model has one", async () => {
    const gated = subject.create(wire.server.url, { maxTokens: -1 });
    expect(gated.getLsParams({}).ls_max_tokens).toBeUndefined();
    const limited = subject.create(wire.server.url, { maxTokens: 5 });
    expect(limited.getLsParams({ maxTokens: -1 }).ls_max_tokens).toBeUndefined();
    wire.server.always(subject.scripts.whole());
    await gated.invoke("Hi.");
    await limited.invoke("Hi.", { maxTokens: -1 });
    await limited.invoke("Hi.");
    const limits = wire.server.requests.map(({ json }) => {
      const body = json as { max_tokens?: number; options?: { num_predict?: number } };
      return body.max_tokens ?? body.options?.num_predict;
    });
    // Ollama is told so: its Modelfile may have a limit of its own.
    const none = subject.provider === "ollama" ? -1 : undefined;
    expect(limits).toEqual([none, none, 5]);
  });

  it("`maxTokens` of 0, -2 and half a token are refused, with the remedy", () => {
    for (const maxTokens of [0, 1.5, ...(subject.provider === "ollama" ? [] : [-2])]) {
      const error = thrownBy(() => subject.create(wire.server.url, { maxTokens }));
      expect(error).toMatchObject({ name: "ConfigurationError", option: "maxTokens" });
      expectHelpful(error, `\`${maxTokens}\``);
    }
  });
});
