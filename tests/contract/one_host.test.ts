import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { collect, paths, prepare } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
/** Where sockets were opened to, whoever opened them. */
const targets: string[] = [];
/** Servers of earlier tests: on a busy machine fetch may still put a connection to one of them aside, or open it anew. */
const earlier = new Set<string>();
let url = "";

beforeEach(() => {
  url = wire.server.url;
  // A port that is free again may be given out once more.
  earlier.delete(url);
  targets.length = 0;
  const connect = Socket.prototype.connect;
  jest.spyOn(Socket.prototype, "connect").mockImplementation(function (this: Socket, ...args: unknown[]) {
    const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
    const { host, port } = first as { host?: string; port?: number };
    targets.push(`http://${host}:${port}`);
    return Reflect.apply(connect, this, args) as Socket;
  });
});

afterEach(() => {
  earlier.add(url);
  jest.restoreAllMocks();
});

describe.each(subjects)("$name: no host is called but the one configured", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) => subject.create(wire.server.url, fields);
  const only = () => [...new Set(targets)].filter((target) => !earlier.has(target));

  it.each(paths)("$name", async (path) => {
    wire.server.reply(
      path.streams ? subject.scripts.streamed(undefined, { usage: null }) : subject.scripts.whole({ usage: null }),
    );
    // Without the server's figure usage is estimated, which is where others download a vocabulary.
    await prepare(path, create).go();
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
    await call(create());
    expect(only()).toEqual([wire.server.url]);
  });

  it("calls none to be made, counted with or described", async () => {
    const model = create();
    expect(await model.getNumTokens("Say hello, please.")).toBe(5);
    expect(
      await model.getNumTokens([
        { type: "text", text: "Say hello, " },
        { type: "text", text: "please." },
      ]),
    ).toBe(5);
    expect(await model.getNumTokens("")).toBe(0);
    const { totalCount, countPerMessage } = await model.getNumTokensFromMessages([
      new HumanMessage("Say hello, please."),
      new HumanMessage([{ type: "text", text: "Say hello, please." }]),
    ]);
    expect(countPerMessage[0]).toBeGreaterThan(5);
    expect(countPerMessage[1]).toBe(countPerMessage[0]);
    expect(totalCount).toBeGreaterThanOrEqual(10);
    expect(await model.getNumTokens("<|endoftext|>")).toBeGreaterThan(1);
    void model.profile;
    model.toJSON();
    expect(only()).toEqual([]);
  });

  it("leaves its connection for the next call", async () => {
    wire.server.always(subject.scripts.streamed());
    const model = create();
    for (let call = 0; call < 6; call++) await collect(model.stream("Hi."));
    // Not one: Node's fetch opens another while it is still putting the last one aside, the more so on a busy machine.
    expect(targets.length).toBeLessThan(6);
  });
});
