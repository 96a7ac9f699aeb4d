import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { BaseCache } from "@langchain/core/caches";
import { HumanMessage } from "@langchain/core/messages";
import type { Generation } from "@langchain/core/outputs";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { overrideEnvironment } from "../support/environment.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { hangUp } from "../support/wire_script.js";
import { refusedUrl } from "../support/wire_server.js";
import { collect, rejection } from "./paths.js";
import { useServer } from "./server.js";
import { subjects, type Subject } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";

/** Everything that only the configured server may see, each in the forms in which it could slip out. */
const secrets = [
  "sk-key-secret",
  "header-secret",
  "call-secret",
  "user-secret",
  "password-secret",
  "password%2Dsecret",
];
const basic = `Basic ${Buffer.from("user-secret:password-secret").toString("base64")}`;
const fields: MeteredChatModelInput = {
  apiKey: "sk-key-secret",
  headers: { "x-team": "header-secret" },
  maxRetries: 0,
};
const callOptions = { headers: { "x-call": "call-secret" } };

const withUser = (url: string) => url.replace("http://", "http://user-secret:password%2Dsecret@");

/** Everything that looking at a value would show. */
function looks(value: unknown): string {
  const json = JSON.stringify(value, (_, item: unknown) => (item instanceof Map ? [...item] : item)) ?? "";
  return `${json}\n${inspect(value, { depth: 12, showHidden: false })}\n${String(value)}`;
}

function expectNoSecret(text: string): void {
  for (const secret of [...secrets, basic, basic.slice(6)]) expect(text).not.toContain(secret);
}

/** What a function throws, or returns where it does not. */
function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

class SpyCache extends BaseCache {
  readonly keys: string[] = [];

  lookup(prompt: string, key: string): Promise<Generation[] | null> {
    this.keys.push(prompt, key);
    return Promise.resolve(null);
  }

  update(): Promise<void> {
    return Promise.resolve();
  }
}

describe.each(subjects)("$name: credentials stay where they belong", (subject: Subject) => {
  const create = (more: MeteredChatModelInput = {}) =>
    subject.create(wire.server.url, { ...fields, baseURL: withUser(subject.baseURL(wire.server.url)), ...more });

  it("sends them to the configured server, the key before the URL's user", async () => {
    wire.server.always(subject.scripts.whole());
    await create().invoke(input, callOptions);
    await subject
      .create(wire.server.url, {
        baseURL: withUser(subject.baseURL(wire.server.url)),
        apiKey: subject.provider === "fireworks" ? "k" : undefined,
      })
      .invoke(input);
    expect(wire.server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer sk-key-secret",
      "x-team": "header-secret",
      "x-call": "call-secret",
    });
    expect(wire.server.requests[0]?.path).toBe(subject.path);
    expect(wire.server.requests[1]?.headers.authorization).toBe(subject.provider === "fireworks" ? "Bearer k" : basic);
  });

  it("shows none of them when a model is looked at, serialised or bound", () => {
    const model = create();
    for (const value of [
      model,
      model.bindTools([]),
      model.withStructuredOutput({ type: "object", properties: {} }),
      model.toJSON(),
      model.costs,
    ]) {
      expectNoSecret(looks(value));
    }
    expectNoSecret(
      JSON.stringify(model._identifyingParams()) +
        JSON.stringify(model.invocationParams()) +
        JSON.stringify(model.getLsParams({})),
    );
    expect(JSON.stringify(model.toJSON())).toContain(subject.keyVariable);
  });

  it.each(["invoke", "stream", "streamEvents"] as const)("shows handlers none of them: %s", async (kind) => {
    const handler = new RecordingHandler();
    const options = { callbacks: [handler], ...callOptions };
    wire.server.reply(kind === "invoke" ? subject.scripts.whole() : subject.scripts.streamed());
    await (kind === "stream" ? collect(create().stream(input, options)) : create()[kind](input, options));
    wire.server.reply(subject.scripts.refusal(401, "who are you?"));
    await rejection(
      kind === "stream" ? collect(create().stream(input, options)) : Promise.resolve(create()[kind](input, options)),
    );
    expect(handler.events.map(({ type }) => type)).toEqual(expect.arrayContaining(["start", "end", "error"]));
    expectNoSecret(looks(handler.events));
  });

  it("puts none of them into a cache's key", async () => {
    wire.server.reply(subject.scripts.whole());
    const cache = new SpyCache();
    await create({ cache }).invoke(input, callOptions);
    expect(cache.keys).toHaveLength(2);
    expectNoSecret(cache.keys.join("\n"));
  });

  it("puts none of them into an error", async () => {
    const failures = [
      () => (wire.server.reply(subject.scripts.refusal(403, "no")), create().invoke(input, callOptions)),
      () => (wire.server.reply(hangUp()), create().invoke(input, callOptions)),
      () => (wire.server.reply(subject.scripts.refusal(500, "oops")), collect(create().stream(input, callOptions))),
    ];
    for (const fail of failures) expectNoSecret(looks(await rejection(fail())));
    const unreachable = create({ baseURL: withUser(subject.baseURL(await refusedUrl())) });
    expectNoSecret(looks(await rejection(unreachable.invoke(input, callOptions))));
  });

  it.each([
    "ftp://user-secret:password-secret@host/v1",
    "user-secret:password-secret@host",
    "http://user-secret:password-secret@",
    "http://user-secret:%zzpassword-secret@host/v1",
  ])("puts none of them into the error about a base URL that is none: %s", (baseURL) => {
    // One of the models takes a host without a scheme.
    expectNoSecret(looks(thrownBy(() => create({ baseURL }))));
  });

  it("lets the user's own authorization header take the place of the key", async () => {
    wire.server.always(subject.scripts.whole());
    for (const name of ["authorization", "Authorization", "AUTHORIZATION"]) {
      await create({ headers: { [name]: "Custom mine" } }).invoke(input);
      await create().invoke(input, { headers: { [name]: "Custom mine" } });
    }
    expect(wire.server.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 6 }, () => "Custom mine"),
    );
  });
});

describe.each(subjects)("$name: nothing is taken from OpenAI's environment", (subject) => {
  let restore: () => void = () => undefined;
  const printed: unknown[][] = [];

  beforeEach(() => {
    restore = overrideEnvironment(/^(OPENAI|LANGSMITH|LANGCHAIN)_/, {
      OPENAI_API_KEY: "openai-leak-1",
      OPENAI_ADMIN_KEY: "openai-leak-2",
      OPENAI_ORG_ID: "openai-leak-3",
      OPENAI_ORGANIZATION: "openai-leak-4",
      OPENAI_PROJECT_ID: "openai-leak-5",
      OPENAI_BASE_URL: "http://127.0.0.1:9/openai-leak-6",
      OPENAI_API_BASE: "http://127.0.0.1:9/openai-leak-7",
      OPENAI_CUSTOM_HEADERS: "x-openai-leak: openai-leak-8\nauthorization: Bearer openai-leak-9",
      OPENAI_LOG: "debug",
      LANGSMITH_GATEWAY: "http://127.0.0.1:9/openai-leak-10",
    });
    printed.length = 0;
    for (const method of ["log", "info", "warn", "error", "debug"] as const) {
      jest.spyOn(console, method).mockImplementation((...args: unknown[]) => void printed.push(args));
    }
  });

  afterEach(() => {
    restore();
    jest.restoreAllMocks();
  });

  it("sends and prints nothing of it", async () => {
    wire.server.always(({ json }) =>
      (json as { stream?: boolean }).stream ? subject.scripts.streamed() : subject.scripts.whole(),
    );
    const model = subject.create(wire.server.url);
    await model.invoke(input);
    await collect(model.stream(input));
    // An image is what makes LangChain's OpenAI package be loaded.
    const image = { type: "image", source_type: "base64", mime_type: "image/png", data: "iVBORw0KGgo=" };
    await model.invoke([new HumanMessage({ content: [{ type: "text", text: "What is this?" }, image] })]);
    expect(wire.server.requests.filter(({ method }) => method === "POST").length).toBeGreaterThanOrEqual(3);
    for (const { path, headers, text } of wire.server.requests) {
      expect(`${path}\n${JSON.stringify(headers)}\n${text}`).not.toContain("openai-leak");
      expect(Object.keys(headers).filter((name) => /openai|stainless/.test(name))).toEqual([]);
    }
    expect(printed).toEqual([]);
  });
});
