import { describe, expect, it } from "@jest/globals";
import { ServerError } from "../../src/base/errors.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { text } from "../support/wire_script.js";
import { collect, rejection } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";
const DEEP = 100_000;
/** An error's words, or what should be them, as deep as a server likes. Below what is read of an error page. */
const list = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const object = (depth: number) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);

describe.each(subjects)("$name: an error of any depth", (subject) => {
  const create = () => subject.create(wire.server.url, { apiKey: "sk-made-up-key", maxRetries: 0 });

  it.each([
    ["`detail`", `{"detail":[${list(30_000)},{"loc":["body",${list(20)}],"msg":"no"}]}`],
    ["`detail`'s items", `{"detail":[${object(9_000)}]}`],
    ["`error`", `{"error":${list(30_000)}}`],
    ["`error`'s message", `{"error":{"message":${list(30_000)}}}`],
    ["the body", list(30_000)],
  ])("has its status: %s", async (_, body) => {
    wire.server.reply(text(422, body, { headers: { "content-type": "application/json" } }));
    const error = await rejection(create().invoke(input));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 422, body: body.slice(0, 500) });
    expect(error.message.length).toBeLessThan(12_000);
  });

  it.each([
    ["lists", list(DEEP)],
    ["objects", object(DEEP)],
    ["a list of details", `[${object(DEEP)}]`],
  ])("ends a stream with what was delivered: %s", async (_, value) => {
    const errorLine = subject.scripts.errorPiece("WORDS").replace(/"[^"]*WORDS[^"]*"/, () => value);
    wire.server.reply(subject.scripts.streamed([{ text: "Hello" }, errorLine], { ended: false }));
    const handler = new RecordingHandler();
    const error = await rejection(collect(create().stream(input, { callbacks: [handler] })));
    expect(error).toBeInstanceOf(ServerError);
    expect((error as ServerError).body).toMatch(/^\{"error":/);
    expect(messageOf(expectOneRun(handler)).text).toBe("Hello");
  });

  it("keeps the usage beside it", async () => {
    const figures = { prompt_tokens: 9, completion_tokens: 4, prompt_eval_count: 9, eval_count: 4 };
    const body = `{"error":${list(DEEP)},"usage":${JSON.stringify(figures)},${JSON.stringify(figures).slice(1)}`;
    const headers = { "content-type": "application/json" };
    const isLines = subject.name === "ChatOllamaLite";
    const streamed = subject.scripts.streamed([{ text: "Hello" }, isLines ? `${body}\n` : `data: ${body}\n\n`]);
    for (const [script, call] of [
      [text(200, body, { headers }), () => create().invoke(input)],
      [streamed, () => collect(create().stream(input))],
    ] as const) {
      wire.server.reply(script);
      const error = await rejection(call());
      expect(error).toBeInstanceOf(ServerError);
      expect(error.partialOutput).toMatchObject({
        usage_metadata: { input_tokens: 9, output_tokens: 4 },
        response_metadata: { usage_source: "server" },
      });
    }
  });

  it.each([list(DEEP), object(DEEP)])("is none that an event may be", async (value) => {
    const event = subject.name === "ChatOllamaLite" ? `[${value}]\n` : `data: [${value}]\n\n`;
    wire.server.reply(subject.scripts.streamed([{ text: "Hello" }, event], { ended: false }));
    expect(await rejection(collect(create().stream(input)))).toBeInstanceOf(ServerError);
  });
});
