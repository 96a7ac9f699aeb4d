import { AsyncLocalStorage } from "node:async_hooks";
import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { MeteredChatModel } from "../../src/chat_models/base.js";
import type { MeteredChatModelInput } from "../../src/chat_models/options.js";
import { collect, paths, prepare } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
/** Where a test's own calls opened sockets to; what an earlier test left behind may still open some. */
const targets: string[] = [];
const context = new AsyncLocalStorage<object>();
let test = {};
const own = <Result>(act: () => Result): Result => context.run(test, act);

beforeEach(() => {
  targets.length = 0;
  test = {};
  const connect = Socket.prototype.connect;
  jest.spyOn(Socket.prototype, "connect").mockImplementation(function (this: Socket, ...args: unknown[]) {
    const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
    const { host, port } = first as { host?: string; port?: number };
    if (context.getStore() === test) targets.push(`http://${host}:${port}`);
    return Reflect.apply(connect, this, args) as Socket;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(subjects)("$name: no host is called but the one configured", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, fields);
  const only = () => [...new Set(targets)];

  it.each(paths)("$name", async (path) => {
    wire.server.reply(
      path.streams ? subject.scripts.streamed(undefined, { usage: null }) : subject.scripts.whole({ usage: null }),
    );
    // Without the server's figure usage is estimated, which is where others download a vocabulary.
    await own(() => prepare(path, create).go());
    expect(only()).toEqual([wire.server.url]);
  });

  const further: readonly [string, (model: MeteredChatModel) => Promise<unknown>][] = [
    [
      "with tools",
      (model) =>
        model
          .bindTools([{ type: "function", function: { name: "look", parameters: { type: "object", properties: {} } } }])
          .invoke("Hi."),
    ],
    [
      "with structured output",
      (model) => model.withStructuredOutput({ type: "object", properties: {} }, { includeRaw: true }).invoke("Hi."),
    ],
    [
      "with a history",
      (model) =>
        model.invoke([
          new SystemMessage("Be kind."),
          new HumanMessage("Hi."),
          new AIMessage("Hello."),
          new HumanMessage("And now?"),
        ]),
    ],
    ["in a batch", (model) => model.batch(["a", "b", "c"])],
  ];

  it.each(further)("%s", async (_, call) => {
    wire.server.always(subject.scripts.whole({ calls: [{ id: "call_1", name: "extract", args: {} }] }));
    await own(() => call(create()));
    expect(only()).toEqual([wire.server.url]);
  });

  it("calls none to be made, counted with or described", async () => {
    await own(async () => {
      const model = create();
      expect(await model.getNumTokens("Say hello, please.")).toBe(5);
      expect(
        await model.getNumTokens([
          { type: "text", text: "Say hello, " },
          { type: "text", text: "please." },
        ]),
      ).toBe(5);
      expect(await model.getNumTokens("")).toBe(0);
      expect(await model.getNumTokens("<|endoftext|>")).toBeGreaterThan(1);
      void model.profile;
      model.toJSON();
    });
    expect(targets).toEqual([]);
  });

  it("leaves its connection for the next call", async () => {
    wire.server.always(subject.scripts.streamed());
    const model = create();
    await own(async () => {
      for (let call = 0; call < 6; call++) await collect(model.stream("Hi."));
    });
    // Node's fetch opens a second one while it is still putting the first aside.
    expect(targets.length).toBeLessThanOrEqual(2);
  });
});
