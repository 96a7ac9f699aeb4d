import { describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { expectHelpful, thrownBy } from "./helpful.js";
import { collect, rejection } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();

describe.each(subjects)("$name: what only callers without types write", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, { maxRetries: 0, ...fields });

  it.each<[string, unknown, string]>([
    ["nothing", undefined, "`undefined`"],
    ["a number", 5, "`5`"],
    ["a message without its list", new HumanMessage("Hi."), "`a HumanMessage`"],
    ["the state of a graph", { messages: ["Hi."] }, "`an object`"],
    ["a list with nothing in it", [new HumanMessage("Hi."), null], "`messages[1]` is `null`"],
    ["a list of numbers", [5], "`messages[0]` is `5`"],
  ])("refuses %s in place of a prompt", async (_, prompt, value) => {
    for (const error of [
      await rejection(create().invoke(prompt as never)),
      await rejection(collect(create().stream(prompt as never))),
      thrownBy(() => create().streamEvents(prompt as never)),
    ]) {
      expect(error).toMatchObject({ name: "ConfigurationError", option: "messages" });
      expectHelpful(error, value);
    }
  });

  it("counts the tokens of messages in any form that a call takes", async () => {
    const counted = await create().getNumTokensFromMessages([{ role: "user", content: "Hi." }, "Hi."] as never);
    expect(counted).toEqual(
      await create().getNumTokensFromMessages([new HumanMessage("Hi."), new HumanMessage("Hi.")]),
    );
  });

  it("sends what an untyped caller wrote as one text", async () => {
    wire.server.always(subject.scripts.whole());
    await create().invoke([new HumanMessage({ content: 5 as never })]);
    expect(wire.server.requests.at(-1)?.json).toMatchObject({ messages: [{ role: "user", content: "5" }] });
  });

  it.each<[string, unknown, string]>([
    ["a tool without its list", { name: "look", schema: {} }, "`an object`"],
    ["a number", 5, "`5`"],
  ])("refuses %s in place of tools", async (_, tools, value) => {
    const bind = thrownBy(() => create().bindTools(tools as never));
    const call = await rejection(create().invoke("Hi.", { tools: tools as never }));
    for (const error of [bind, call]) {
      expect(error).toMatchObject({ name: "ConfigurationError", option: "tools" });
      expectHelpful(error, value);
    }
    expect(thrownBy(() => create().bindTools(undefined as never))).toMatchObject({ option: "tools" });
  });

  it.each<[string, unknown, string]>([
    ["apiKey", 5, "`number`"],
    ["apiKey", ["k"], "`object`"],
    ["baseURL", 5, "`number`"],
    ["baseURL", new URL("http://127.0.0.1/v1"), "`object`"],
    ["costs", {}, "`an object`"],
    ["costs", true, "`true`"],
  ])("refuses `%s` that is none: %p", (option, given, value) => {
    const error = thrownBy(() => create({ [option]: given }));
    expect(error).toMatchObject({ name: "ConfigurationError", option });
    expectHelpful(error, value);
  });

  it("takes null for an option that is not set", () => {
    const none = { apiKey: null, callbacks: null, costs: null, headers: null, timeout: null, stop: null };
    const required = subject.name === "ChatFireworks" ? { apiKey: "k" } : {};
    expect(create({ ...none, ...required } as never).costs.totals.calls).toBe(0);
  });
});
