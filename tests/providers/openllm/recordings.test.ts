import { describe, expect, it } from "@jest/globals";
import type { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { MeteredError } from "../../../src/base/errors.js";
import { ChatOpenLLM } from "../../../src/openllm.js";
import { toCall } from "../../support/recorded_calls.js";
import { recordingFiles, recordings, replay, type Recording } from "../../support/recordings.js";
import { readRecorded, type WireAnswer } from "../../support/wire_reader.js";
import { resplit, splitAtRandom } from "../../support/split.js";
import { json } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";

type Json = Record<string, unknown>;

const server = useWireServer();

/** The exchanges of the chat endpoint, but for those that ask for two answers: `openllm_choices.test.ts` has them. */
function chats(file: (typeof recordingFiles)[number]): Recording[] {
  return recordings(file).filter(
    ({ request }) => /^\/v1\/chat\/completions\/?$/.test(request.path) && (request.body as Json | undefined)?.n !== 2,
  );
}

/** A model that takes the server's answers as they are: what it does about them is tested elsewhere. */
function modelFor(recording: Recording): ChatOpenLLM {
  const { model } = toCall(recording);
  return new ChatOpenLLM({ model, baseURL: `${server.url}/v1`, maxRetries: 0, forcedTools: "off", repairJson: false });
}

/** With `parallel_tool_calls: false` one call is kept of those that a server makes all the same. */
function onlyFirst({ request }: Recording, wire: WireAnswer): WireAnswer {
  return (request.body as Json | undefined)?.parallel_tool_calls === false
    ? { ...wire, whole: wire.whole.slice(0, 1) }
    : wire;
}

async function ask(recording: Recording): Promise<AIMessage> {
  const { messages, options, isStream } = toCall(recording);
  const model = modelFor(recording);
  if (!isStream) return model.invoke(messages, options);
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await model.stream(messages, options)) whole = whole?.concat(chunk) ?? chunk;
  if (whole === undefined) throw new Error("no chunks");
  return whole;
}

async function failureOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function expectAnswer(message: AIMessage, wire: WireAnswer): void {
  expect(message.text).toBe(wire.text);
  const reasoning = message.contentBlocks.map((block) => (block.type === "reasoning" ? block.reasoning : ""));
  expect(reasoning.join("")).toBe(wire.reasoning);
  expect(message.tool_calls?.map(({ name, args }) => ({ name, args }))).toEqual(
    wire.whole.map(({ name, args }) => ({ name, args: JSON.parse(args || "{}") as unknown })),
  );
  expect(message.invalid_tool_calls?.map(({ name, args }) => ({ name, args }))).toEqual(
    wire.broken.map(({ name, args }) => ({ name, args })),
  );
  const ids = [...(message.tool_calls ?? []), ...(message.invalid_tool_calls ?? [])].map(({ id }) => id);
  expect(ids.every((id) => typeof id === "string" && id !== "")).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
}

/** The server's figures by name, or those of llama.cpp's timings. */
function expectedUsage({ usage, timings }: WireAnswer): Json | undefined {
  if (usage) {
    const prompt = (usage.prompt_tokens_details ?? {}) as Json;
    const output = (usage.completion_tokens_details ?? {}) as Json;
    return figures(
      usage.prompt_tokens,
      usage.completion_tokens ?? 0,
      prompt.cached_tokens,
      prompt.created_cache_tokens,
      output.reasoning_tokens,
    );
  }
  if (!timings) return undefined;
  return figures((timings.prompt_n as number) + (timings.cache_n as number), timings.predicted_n, timings.cache_n);
}

function figures(
  input: unknown,
  output: unknown,
  cacheRead?: unknown,
  cacheCreation?: unknown,
  reasoning?: unknown,
): Json {
  const known = (details: Json) => {
    const entries = Object.entries(details).filter(([, value]) => typeof value === "number");
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: (input as number) + (output as number),
    input_token_details: known({ cache_read: cacheRead, cache_creation: cacheCreation }),
    output_token_details: known({ reasoning }),
  };
}

/** Core puts an empty object of details on a message when chunks are added up. */
function withoutEmpty(usage: Json): Json {
  const details = (name: string) => (Object.keys(usage[name] ?? {}).length > 0 ? usage[name] : undefined);
  return {
    ...usage,
    input_token_details: details("input_token_details"),
    output_token_details: details("output_token_details"),
  };
}

function expectUsage(message: AIMessage, wire: WireAnswer): void {
  const { usage_metadata: usage, response_metadata: metadata } = message;
  const expected = expectedUsage(wire);
  expect(metadata.usage_source).toBe(expected ? "server" : "estimated");
  if (expected) return expect(withoutEmpty({ ...usage })).toEqual(expected);
  expect(usage?.input_tokens).toBeGreaterThan(0);
  expect(usage?.output_tokens).toBeGreaterThan(0);
  expect(metadata.usage_estimate).toMatchObject({ reason: "the server reported no usage" });
}

function expectFailure(error: unknown, { failure, text, reasoning }: WireAnswer): void {
  if (!MeteredError.isInstance(error)) throw new Error(`not a typed error: ${String(error)}`);
  const plain = (words: string) => words.replace(/\s+/g, " ").trim();
  expect(plain(error.message)).toContain(plain(failure?.words ?? ""));
  if (failure?.status !== undefined) expect(error).toHaveProperty("status", failure.status);
  if (text + reasoning === "") return;
  expect(error.partialOutput?.text).toBe(text);
  expect(error.partialOutput?.usage_metadata?.output_tokens).toBeGreaterThan(0);
  expect(error.partialOutput?.response_metadata.usage_source).toBe("estimated");
}

/** Small pieces for small answers; of the large ones not so many that their sending takes all the time. */
function longestPiece({ response }: Recording): number {
  return Math.max(64, response.chunks.join("").length / 40);
}

/** The recorded fields that leave as they are. The output limit has one name here, whatever it was called. */
function extraFields(recording: Recording): Json {
  const { max_completion_tokens: _, ...fields } = toCall(recording).options.extraBody ?? {};
  return fields;
}

describe.each(recordingFiles)("%s", (file) => {
  const cases = chats(file).map((recording, at): [string, Recording, number] => [recording.case, recording, at]);

  it.each(cases)("%s", async (_name, recording, at) => {
    const wire = onlyFirst(recording, readRecorded(recording));
    const before = server.requests.length;
    for (const script of [replay(recording), resplit(replay(recording), splitAtRandom(at, longestPiece(recording)))]) {
      server.always(({ method }) => (method === "GET" ? json(404, {}) : script));
      const answer = ask(recording);
      if (wire.failure) expectFailure(await failureOf(answer), wire);
      else {
        expectAnswer(await answer, wire);
        expectUsage(await answer, wire);
      }
    }
    // What a server refuses is asked for once more in another form.
    const sent = server.requests.slice(before).find(({ method }) => method === "POST");
    expect(sent?.json).toMatchObject(extraFields(recording));
  });
});
