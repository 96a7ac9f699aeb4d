import { describe, expect, it } from "@jest/globals";
import { toCall } from "../../support/recorded_calls.js";
import { ask, chunk, completion, counts, failure, messageOf, modelOf, spent } from "../../support/completions.js";
import { recordingFiles, recordings, replay, type Recording } from "../../support/recordings.js";
import { json, sse } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";

type Json = Record<string, unknown>;
type Choice = { index: number; delta?: Json; message?: Json };

const server = useWireServer();

/** The recorded exchanges that ask for two answers and get them. */
const pairs = recordingFiles.flatMap((file) =>
  recordings(file)
    .filter(
      ({ request, response }) =>
        (request.body as Json | undefined)?.n === 2 &&
        response.status === 200 &&
        !response.chunks.join("").includes('"error"'),
    )
    .map((recording): [string, Recording] => [`${file} ${recording.case}`, recording]),
);

/** The text of each choice on the wire, from the bytes. */
function textsOf({ response }: Recording): string[] {
  const body = response.chunks.join("");
  const bodies = body.startsWith("data:")
    ? body
        .split("\n")
        .filter((line) => line.startsWith("data: {"))
        .map((line) => line.slice(6))
    : [body];
  const texts: string[] = [];
  for (const { index, delta, message } of bodies.flatMap(
    (each) => (JSON.parse(each) as { choices: Choice[] }).choices,
  )) {
    texts[index] = (texts[index] ?? "") + String((delta ?? message)?.content ?? "");
  }
  return texts;
}

const isStreamed = ({ request }: Recording) => (request.body as Json).stream === true;
const model = (recording: Recording) =>
  modelOf(server, { model: toCall(recording).model, forcedTools: "off", repairJson: false });

describe("recorded answers with `n: 2`, whole", () => {
  it.each(pairs.filter(([, recording]) => !isStreamed(recording)))("%s", async (_name, recording) => {
    server.always(replay(recording));
    const { messages, options } = toCall(recording);
    const { generations } = await model(recording).generate([messages], { ...options, n: 2 });
    const made = generations[0]?.map((each) => messageOf(each)) ?? [];
    expect(made.map(({ text }) => text)).toEqual(textsOf(recording));
    const { usage } = JSON.parse(recording.response.chunks.join("")) as { usage: Json };
    expect(made[0]?.usage_metadata).toMatchObject({
      input_tokens: usage.prompt_tokens,
      output_tokens: usage.completion_tokens,
    });
    expect(made.slice(1).every(({ usage_metadata }) => usage_metadata === undefined)).toBe(true);
  });
});

describe("the same, streamed by a server that was asked for one", () => {
  it.each(pairs.filter(([, recording]) => isStreamed(recording)))(
    "%s: the first, and no other mixed in",
    async (_name, recording) => {
      server.always(replay(recording));
      const { messages, options } = toCall(recording);
      expect((await ask(model(recording), "stream", options, messages)).text).toBe(textsOf(recording)[0] ?? "");
    },
  );
});

describe("llama.cpp counts each of two answers that are streamed", () => {
  const one = (index: number, delta: Json, reason: string | null = null) =>
    chunk(delta, { index, finish_reason: reason });
  const answers = [one(0, { content: "A" }), one(1, { content: "B" }), one(0, {}, "stop")];
  const rest = [one(1, { content: "B" }), one(1, {}, "stop")];

  it.each([
    ["one after the other", [...answers, spent(10, 1), ...rest, spent(10, 2)], 3],
    ["alike", [...answers, spent(10, 2), ...rest, spent(10, 2)], 4],
    ["both together (vLLM)", [...answers, ...rest, spent(10, 3)], 3],
    ["both together, said again", [...answers, ...rest, spent(10, 3), spent(10, 3), spent(10, 3)], 3],
  ])("%s: the prompt once, the outputs together", async (_how, events, output) => {
    server.always(sse(events));
    expect(await ask(modelOf(server), "stream", { n: 2 })).toMatchObject({
      text: "A",
      usage_metadata: { input_tokens: 10, output_tokens: output, total_tokens: 10 + output },
      response_metadata: { usage_source: "server" },
    });
  });
});

describe("vLLM's running figures are each choice's own", () => {
  it("so those of a stream that was cut off are added up, at the least", async () => {
    const running = (index: number, content: string, output: number) =>
      chunk({ content }, { index }, { usage: counts(10, output) });
    server.always(sse([running(0, "A", 3), running(1, "B", 4), running(0, "A", 5)], { done: false }));
    expect(await failure(ask(modelOf(server), "stream", { n: 2 }))).toMatchObject({
      name: "StreamTruncatedError",
      partialOutput: {
        usage_metadata: { input_tokens: 10, output_tokens: 9 },
        response_metadata: { usage_source: "estimated", usage_estimate: { outputTokens: [9, undefined] } },
      },
    });
  });
});

describe("chunks with two choices", () => {
  const of = (index: number, delta: Json, finish_reason: string | null = null) => ({ index, delta, finish_reason });
  const both = [
    { choices: [of(0, { role: "assistant", content: "A" }), of(1, { role: "assistant", content: "B" })] },
    { choices: [of(1, { content: "2" }), of(0, { content: "1" })] },
    { choices: [of(0, {}, "stop"), of(1, {}, "length")] },
    spent(5, 4),
  ];

  it("are no mixture, and what is left out is not left out in silence", async () => {
    server.always(sse(both));
    const message = await ask(modelOf(server), "stream");
    expect(message).toMatchObject({ text: "A1", response_metadata: { finish_reason: "stop" } });
    expect(message.response_metadata.warnings).toEqual([expect.stringContaining("more than one answer")]);
  });

  it("are both answers where several were asked for, each with its number", async () => {
    server.always(sse(both));
    const { generations } = await modelOf(server).generate([["Hi"] as never], { n: 2 });
    expect(generations[0]?.map(({ text, generationInfo }) => [text, generationInfo])).toEqual([
      ["A1", { finish_reason: "stop", completion: 0 }],
      ["B2", { finish_reason: "length", completion: 1 }],
    ]);
  });
});

describe("llama.cpp counts one of two answers that come whole", () => {
  const timings = { cache_n: 0, prompt_n: 34, predicted_n: 4 };
  const twoOf = async (extra: Record<string, unknown>) => {
    const choices = ["The infamous Pacific", "I'm afraid I cannot say"].map((content, index) => ({
      index,
      message: { content },
      finish_reason: "length",
    }));
    server.always(json(200, completion({}, {}, { choices, ...extra })));
    const { generations } = await modelOf(server).generate([["Name one ocean."] as never], { n: 2 });
    return messageOf(generations[0]?.[0]);
  };

  it.each([
    ["as its timings tell", { usage: counts(34, 4), timings }],
    ["as the texts tell, which are too long for the figure", { usage: counts(34, 4) }],
  ])("so the output is estimated, and flagged, %s", async (_how, extra) => {
    const { usage_metadata: usage, response_metadata: metadata } = await twoOf(extra);
    expect(usage?.input_tokens).toBe(34);
    expect(usage?.output_tokens).toBeGreaterThan(4);
    expect(metadata).toMatchObject({ usage_source: "estimated", usage_estimate: { inputTokens: [34, 34] } });
  });

  it("and others count both", async () => {
    expect(await twoOf({ usage: counts(34, 9) })).toMatchObject({
      usage_metadata: { output_tokens: 9 },
      response_metadata: { usage_source: "server" },
    });
  });

  it("and one alone is counted right", async () => {
    server.always(json(200, completion({ content: "The Pacific" }, {}, { usage: counts(34, 4), timings })));
    expect(await ask(modelOf(server), "whole")).toMatchObject({
      usage_metadata: { output_tokens: 4 },
      response_metadata: { usage_source: "server" },
    });
  });
});
