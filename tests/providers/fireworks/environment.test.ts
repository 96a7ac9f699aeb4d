import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { ChatFireworks } from "../../../src/providers/fireworks/chat.js";
import { FireworksEmbeddings } from "../../../src/providers/fireworks/embeddings/fireworks.js";
import { ConfigurationError } from "../../../src/base/errors.js";
import { overrideEnvironment } from "../../support/environment.js";
import { json } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, hello, KEY, MODEL, WAYS } from "./setup.js";

let server: WireServer;
let restore = () => {};

const environment = (variables: Record<string, string>) => {
  restore = overrideEnvironment(/^(FIREWORKS|OPENAI|AZURE|LANGCHAIN|LANGSMITH|NODE_DEBUG)/, variables);
};

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(async () => {
  restore();
  restore = () => {};
  await server.close();
});

describe("the environment", () => {
  it("gives the key and the base URL: FIREWORKS_API_KEY, FIREWORKS_API_BASE", async () => {
    environment({ FIREWORKS_API_KEY: ` ${KEY}\n`, FIREWORKS_API_BASE: `${server.url}/base` });
    expect((await new ChatFireworks(MODEL).invoke("Hi.")).text).toBe("Hello.");
    expect(server.requests[0]).toMatchObject({
      path: "/base/chat/completions",
      headers: { authorization: `Bearer ${KEY}` },
    });
  });

  it("gives the base URL as FIREWORKS_BASE_URL too, after FIREWORKS_API_BASE", () => {
    environment({ FIREWORKS_API_KEY: KEY, FIREWORKS_BASE_URL: "https://second.test/v1" });
    expect(new ChatFireworks(MODEL).baseURL).toBe("https://second.test/v1");
    restore();
    environment({
      FIREWORKS_API_KEY: KEY,
      FIREWORKS_BASE_URL: "https://second.test/v1",
      FIREWORKS_API_BASE: "https://first.test/v1",
    });
    expect(new ChatFireworks(MODEL).baseURL).toBe("https://first.test/v1");
  });

  it("and a key that the user passes may have blanks around it, as pasted keys do", async () => {
    environment({});
    await new ChatFireworks(MODEL, { apiKey: `${KEY}\n`, baseURL: server.url }).invoke("Hi.");
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it("is not asked for what the user passes", () => {
    environment({ FIREWORKS_API_KEY: "other", FIREWORKS_API_BASE: "https://first.test/v1" });
    const model = new ChatFireworks(MODEL, { apiKey: KEY, baseURL: "https://own.test/v1/" });
    expect([model.apiKey, model.baseURL]).toEqual([KEY, "https://own.test/v1"]);
  });

  it("may be silent on the base URL: then it is Fireworks' own", () => {
    environment({ FIREWORKS_API_KEY: KEY });
    expect(new ChatFireworks(MODEL).baseURL).toBe("https://api.fireworks.ai/inference/v1");
  });
});

describe("what is missing or unusable is named when the model is made, and nobody is asked for it", () => {
  it.each<[string, () => unknown, string]>([
    ["no key", () => new ChatFireworks(MODEL), "`FIREWORKS_API_KEY`"],
    ["an empty key", () => new ChatFireworks(MODEL, { apiKey: "" }), "`FIREWORKS_API_KEY`"],
    ["no model", () => new ChatFireworks({ apiKey: KEY }), "`model`"],
    ["an empty model", () => new ChatFireworks("  ", { apiKey: KEY }), "`model`"],
    ["a base URL that is none", () => new ChatFireworks(MODEL, { apiKey: KEY, baseURL: "fireworks" }), "`fireworks`"],
    ["embeddings without a key", () => new FireworksEmbeddings({ model: "m" }), "`FIREWORKS_API_KEY`"],
    ["embeddings without options", () => new (FireworksEmbeddings as new () => unknown)(), "`FIREWORKS_API_KEY`"],
    ["embeddings without a model", () => new FireworksEmbeddings({ apiKey: KEY } as never), "`model`"],
  ])("%s", (_, make, word) => {
    environment({});
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(word);
  });

  it("a key that HTTP cannot carry is refused without being shown", () => {
    environment({});
    for (const apiKey of ["fw_secret\nx-forged: 1", "fw_sécret", "fw_secret two"]) {
      const make = () => new ChatFireworks(MODEL, { apiKey });
      expect(make).toThrow("Copy it again");
      expect(make).not.toThrow("cret");
    }
  });
});

/** Whatever OpenAI's clients are known to read. */
const OPENAI = {
  OPENAI_API_KEY: "sk-openai-secret",
  OPENAI_ADMIN_KEY: "sk-admin-secret",
  OPENAI_ORG_ID: "org-secret",
  OPENAI_ORGANIZATION: "org-secret",
  OPENAI_PROJECT_ID: "proj-secret",
  OPENAI_PROJECT: "proj-secret",
  OPENAI_WEBHOOK_SECRET: "whsec-secret",
  OPENAI_BASE_URL: "http://127.0.0.1:9/openai-secret",
  OPENAI_API_BASE: "http://127.0.0.1:9/openai-secret",
  OPENAI_CUSTOM_HEADERS: "authorization: Bearer secret\nx-custom: secret",
  OPENAI_DEFAULT_HEADERS: '{"x-default":"secret"}',
  OPENAI_LOG: "debug",
  OPENAI_API_TYPE: "azure-secret",
  OPENAI_API_VERSION: "secret",
  AZURE_OPENAI_API_KEY: "azure-secret",
  AZURE_OPENAI_ENDPOINT: "http://127.0.0.1:9/azure-secret",
};

describe("nothing of OPENAI_* is read, sent or obeyed", () => {
  const methods = ["log", "info", "debug", "warn", "error"] as const;

  // A data block of the older form is converted by LangChain's OpenAI package, which is loaded for it.
  const question = [
    new HumanMessage({ content: [{ type: "image", source_type: "url", url: "https://example.com/a.png" }] as never }),
  ];

  async function observe(act: () => Promise<unknown>): Promise<unknown[]> {
    const printed: unknown[] = [];
    const spies = methods.map((method) =>
      jest.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(words)),
    );
    try {
      await act();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    return printed;
  }

  const wire = () =>
    server.requests.map(({ path, headers, text }) => ({ path, headers: { ...headers, host: "" }, text }));

  it.each(WAYS)(
    "by the chat model, $way: the same bytes leave as without them, and the console stays silent",
    async ({ isStreamed }) => {
      const call = () =>
        ask(new ChatFireworks(MODEL, { baseURL: `${server.url}/v1`, maxRetries: 0 }), isStreamed, question);
      environment({ FIREWORKS_API_KEY: KEY });
      await call();
      restore();
      environment({ FIREWORKS_API_KEY: KEY, ...OPENAI });
      expect(await observe(call)).toEqual([]);
      const [without, withThem] = wire();
      expect(withThem).toEqual(without);
      expect(JSON.stringify(withThem)).not.toMatch(/secret/);
    },
  );

  it("by the embeddings", async () => {
    server.on("/v1/embeddings", json(200, { data: [{ index: 0, embedding: [1] }], usage: { prompt_tokens: 1 } }));
    const call = () =>
      new FireworksEmbeddings({ model: "qwen3-embedding-8b", baseURL: `${server.url}/v1` }).embedQuery("Hi.");
    environment({ FIREWORKS_API_KEY: KEY });
    await call();
    restore();
    environment({ FIREWORKS_API_KEY: KEY, ...OPENAI });
    expect(await observe(call)).toEqual([]);
    const [without, withThem] = wire();
    expect(withThem).toEqual(without);
  });

  it("as a key: without one of Fireworks' there is none", () => {
    environment(OPENAI);
    expect(() => new ChatFireworks(MODEL)).toThrow("`FIREWORKS_API_KEY`");
  });
});
