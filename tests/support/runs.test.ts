import { beforeEach, describe, expect, it } from "@jest/globals";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { RecordingHandler } from "./recording_handler.js";
import { expectOneRun, expectRuns } from "./runs.js";

let handler: RecordingHandler;

beforeEach(() => {
  handler = new RecordingHandler();
});

const model = () => new FakeListChatModel({ responses: ["abc"], callbacks: [handler] });

describe("a recorded run", () => {
  it("has its start and its end", async () => {
    await model().invoke("hi", { tags: ["t"], metadata: { m: 1 }, runName: "n" });
    const { start, last, tokens } = expectOneRun(handler);
    expect(start.messages.map(({ text }) => text)).toEqual(["hi"]);
    expect(start).toMatchObject({ tags: ["t"], metadata: { m: 1 }, runName: "n" });
    expect(last.type === "end" && last.output.generations[0]?.[0]?.text).toBe("abc");
    expect(tokens).toEqual([]);
  });

  it("has its tokens", async () => {
    for await (const _ of await model().stream("hi")) continue;
    expect(expectOneRun(handler).tokens.map(({ token }) => token)).toEqual(["a", "b", "c"]);
  });

  it("has its error", async () => {
    await expect(model().invoke("hi", { thrownErrorString: "broken" })).rejects.toThrow("broken");
    const { last } = expectOneRun(handler);
    expect(last.type === "error" && last.error).toMatchObject({ message: "broken" });
  });

  it("makes invoke stream when it says that it prefers to", async () => {
    handler = new RecordingHandler({ prefersStreaming: true });
    await model().invoke("hi");
    expect(expectOneRun(handler).tokens).toHaveLength(3);
  });

  it("gets stream events when it says that it prefers them", async () => {
    handler = new RecordingHandler({ prefersStreamEvents: true });
    await model().invoke("hi");
    expect(expectOneRun(handler).stream.map(({ event }) => event.event)).toContain("message-finish");
  });

  it("can be waited for", async () => {
    const closed = handler.closed(2);
    await model().batch(["a", "b"]);
    await closed;
    expect(new Set(expectRuns(handler, 2).map(({ start }) => start.messages[0]?.text))).toEqual(new Set(["a", "b"]));
  });
});

describe("what is no whole run", () => {
  const start = (id: string) => handler.handleChatModelStart({ lc: 1, type: "not_implemented", id: [] }, [[]], id);
  const end = (id: string) => handler.handleLLMEnd({ generations: [] }, id);
  const token = (id: string) => handler.handleLLMNewToken("t", { prompt: 0, completion: 0 }, id);
  const cases: [what: string, act: () => void, complaint: string][] = [
    ["no run", () => {}, "Expected 1 runs, saw 0: nothing."],
    ["two runs", () => [start("a"), end("a"), start("b"), end("b")], "saw 2: start, end, start, end."],
    ["no end", () => [start("a"), token("a"), token("a")], "it has: start, token x 2."],
    ["two ends", () => [start("a"), end("a"), end("a")], "it has: start, end x 2."],
    [
      "an end and an error",
      () => [start("a"), handler.handleLLMError(new Error(), "a"), end("a")],
      "start, error, end.",
    ],
    ["two starts", () => [start("a"), start("a"), end("a")], "it has: start x 2, end."],
    ["no start", () => [end("a")], "it has: end."],
    ["a token after the end", () => [start("a"), end("a"), token("a")], "it has: start, end, token."],
  ];

  it.each(cases)("%s", (_what, act, complaint) => {
    act();
    expect(() => expectOneRun(handler)).toThrow(complaint);
  });
});
