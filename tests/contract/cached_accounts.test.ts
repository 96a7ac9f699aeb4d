import { describe, expect, it } from "@jest/globals";
import { InMemoryCache } from "@langchain/core/caches";
import type { Generation } from "@langchain/core/outputs";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { chatsOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();

/** Keeps the texts that models make of themselves for its key. */
class SeenCache extends InMemoryCache {
  readonly seen: string[] = [];

  override lookup(prompt: string, model: string): Promise<Generation[] | null> {
    this.seen.push(model);
    return super.lookup(prompt, model);
  }
}

const LONG = "a-key-that-nobody-guesses-0123456789";
const withUser = (url: string, user: string) => url.replace("://", `://${user}@`);

describe.each(subjects)("$name: a cache that accounts share", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create("http://127.0.0.1:1", fields);
  const keyOf = (fields: MeteredChatModelInput, options = {}) =>
    create(fields)._getSerializedCacheKeyParametersForCall(options);
  const address = subject.baseURL("http://127.0.0.1:1");

  it.each<[string, MeteredChatModelInput, MeteredChatModelInput]>([
    ["keys", { apiKey: "one" }, { apiKey: "two" }],
    ["long keys", { apiKey: `${LONG}1` }, { apiKey: `${LONG}2` }],
    ["headers in place of a key", { headers: { Authorization: "one" } }, { headers: { Authorization: "two" } }],
    ["headers that are keys", { headers: { "x-api-key": "one" } }, { headers: { "x-api-key": "two" } }],
    ["headers that name who asks", { headers: { "X-Tenant": "one" } }, { headers: { "X-Tenant": "two" } }],
    ["cookies", { headers: { cookie: "id=1" } }, {}],
    ["functions", { apiKey: () => "same" }, { apiKey: () => "same" }],
    ["a function and a key", { apiKey: () => "one" }, { apiKey: "one" }],
  ])("keeps those of different %s apart, and no others", (_, one, two) => {
    expect(keyOf(one)).not.toBe(keyOf(two));
    expect(keyOf(one)).toBe(keyOf({ ...one, headers: { "x-request-id": "5", "user-agent": "it", ...one.headers } }));
  });

  // Where there must be a key, it is sent in the place of a user and password.
  if (subject.provider !== "fireworks")
    it("keeps those of different users and passwords in the address apart", () => {
      const at = (user: string) => keyOf({ baseURL: withUser(address, user) });
      expect(at("a:one")).not.toBe(at("a:two"));
      expect(at("a:one")).not.toBe(at("b:one"));
      expect(at("a:one")).not.toBe(keyOf({}));
      expect(at("a:one")).toBe(at("a:one"));
    });

  it("counts what a call sends in place of the model's own", () => {
    const call = { headers: { authorization: "Bearer two" } };
    expect(keyOf({ apiKey: "one" }, call)).not.toBe(keyOf({ apiKey: "one" }));
    expect(keyOf({ apiKey: "one" }, call)).toBe(keyOf({ apiKey: "two" }));
    expect(keyOf({ apiKey: "one", headers: { "x-token": "1" } }, { headers: { "X-Token": "2" } })).toBe(
      keyOf({ apiKey: "one", headers: { "x-token": "2" } }),
    );
  });

  it("asks the server for each account, and once only", async () => {
    wire.server.always(subject.scripts.whole());
    const cache = new SeenCache();
    const ask = (fields: MeteredChatModelInput, options = {}) =>
      subject.create(wire.server.url, { cache, ...fields }).invoke("Hi.", options);
    const expiring = () => Promise.resolve("token");
    const asked: number[] = [];
    for (const [fields, options] of [
      [{ apiKey: "secret-one" }],
      [{ apiKey: "secret-one" }],
      [{ apiKey: "secret-two" }],
      [{ apiKey: "secret-one" }, { headers: { "x-api-key": "secret-three" } }],
      [{ apiKey: "secret-one" }, { headers: { "x-api-key": "secret-three" } }],
      [{ apiKey: expiring }],
      [{ apiKey: expiring }],
    ] as [MeteredChatModelInput, object?][]) {
      await ask(fields, options);
      asked.push(chatsOf(wire.server).length);
    }
    expect(asked).toEqual([1, 1, 2, 3, 3, 4, 4]);
    expect(cache.seen).toHaveLength(7);
    expect(cache.seen.join()).not.toMatch(/secret|token/);
  });

  it("has its hash in no trace and no other form of the model", async () => {
    wire.server.always(subject.scripts.whole());
    const handler = new RecordingHandler();
    const model = subject.create(wire.server.url, { apiKey: "secret-one", cache: new InMemoryCache() });
    await model.invoke("Hi.", { callbacks: [handler], headers: { "x-api-key": "secret-two" } });
    const told = [
      handler.events,
      model._identifyingParams(),
      model.lc_kwargs,
      model,
      model.metadata,
      model.invocationParams(),
    ];
    expect(told.map((each) => JSON.stringify(each)).join()).not.toMatch(/asked_by|secret-/);
  });
});
