import { describe, expect, it } from "@jest/globals";
import type { AIMessage } from "@langchain/core/messages";
import { ConfigurationError, ServerError } from "../../../src/base/errors.js";
import { json } from "../../support/wire_script.js";
import { recording, recordings, replay } from "../../support/recordings.js";
import { Bench, collect, last, rejection } from "../../wires/ollama/support.js";
import { chatRecordings, expectedBody, recordedCall } from "../../wires/ollama/recorded_calls.js";

const bench = new Bench();
const OCEAN = "The ocean is a vast and mysterious realm, where the boundaries";
const SPECIES = `${OCEAN} of our planet blur into an endless expanse of blue. It's home to countless species that exist nowhere else on Earth.`;
const TEEMING = "The ocean is a vast and mysterious realm, teeming with life";
const WONDERS = `${TEEMING} and filled with wonders beyond human imagination.`;
const ATLANTIC = '{\n  "ocean"\n\n: "Atlantic"\n\n, "deep"\n\n: false\n\n}';

/** Case, text, thinking, reason, tokens in and out. */
const ANSWERS: [
  name: string,
  text: string,
  thinking: string | undefined,
  reason: string,
  input: number,
  output: number,
][] = [
  ["chat-again-cached", OCEAN, undefined, "length", 23, 12],
  ["chat-logprobs-stream", "The ocean is", undefined, "length", 23, 3],
  ["chat-logprobs", "The ocean is", undefined, "length", 23, 3],
  ["chat-num-predict-0", SPECIES, undefined, "stop", 23, 37],
  ["chat-num-predict-1-stream", "The", undefined, "length", 23, 1],
  ["chat-stop-stream", "The ", undefined, "stop", 23, 2],
  ["chat-stop", "The ", undefined, "stop", 23, 2],
  ["chat-stream-default", OCEAN, undefined, "length", 23, 12],
  ["error-image-no-vision", 'The "What" in the given sentence is a prepositional', undefined, "length", 16, 12],
  ["format-json", "{}", undefined, "stop", 23, 2],
  ["format-schema-stream", ATLANTIC, undefined, "stop", 23, 34],
  ["format-schema-think-stream", "", WONDERS, "stop", 27, 21],
  ["format-schema-unsupported", '{\n  "a"\n\n:\n\n"102"\n\n}', undefined, "stop", 23, 19],
  ["format-schema", ATLANTIC, undefined, "stop", 23, 34],
  ["shift-false-long-output", SPECIES, undefined, "stop", 23, 37],
  ["small-num-ctx", "The ancient Egyptians believed in a pantheon of gods and goddesses", undefined, "length", 16, 12],
  ["think-absent", "", TEEMING, "length", 27, 12],
  ["think-level", "", TEEMING, "length", 27, 12],
  ["think-true-stream", "", WONDERS, "stop", 27, 21],
  ["think-true", "", WONDERS, "stop", 27, 21],
  ["tool-call-cut-by-length-stream", "", undefined, "length", 473, 26],
  [
    "tool-call-format-schema",
    '{\n  "ocean": "Atlantic", "deep": false}\n\n\t\t\t\t\t\t\t\t\t\t\t\t\t',
    undefined,
    "length",
    473,
    40,
  ],
  ["tool-no-call", "The largest and most important ocean in the world is the Pacific", undefined, "length", 172, 12],
  ["tool-result-without-name", "18 C", undefined, "stop", 531, 4],
];

/** Requests that are never sent as they were recorded: another limit, a data URL's head, a name that is known. */
const OTHER_BODY = new Set(["chat-num-predict-0", "tool-result-without-name"]);

const REFUSALS: [name: string, status: number, words: string][] = [
  ["context-overflow-no-truncate", 400, "the input length exceeds the context length"],
  ["error-bad-json", 400, "unexpected EOF"],
  ["error-bad-model-name", 400, "invalid model name"],
  [
    "error-content-parts",
    400,
    "cannot unmarshal array into Go struct field ChatRequest.messages.content of type string",
  ],
  ["error-image-bad-base64", 400, "illegal base64 data at input byte 0"],
  ["error-image-data-url", 400, "illegal base64 data at input byte 4"],
  ["error-keep-alive", 400, 'time: invalid duration "soon"'],
  ["error-method", 405, "405 method not allowed. Is the base URL that of Ollama itself"],
  ["error-missing-model-stream", 404, "model 'nope' not found. Run `ollama pull nope`, or set `pull: true`."],
  ["error-missing-model", 404, "model 'nope' not found. Run `ollama pull nope`, or set `pull: true`."],
  ["error-no-model", 400, "model is required"],
  ["error-option-type", 500, 'option "temperature" must be of type float32'],
  ["error-top-logprobs", 400, "top_logprobs must be between 0 and 20"],
  ["format-bad", 500, 'expected "json" or a valid JSON Schema object'],
  ["think-bad-level", 400, 'invalid think value: "enormous" (must be "high", "medium", "low", "max", true, or false)'],
  ["tool-arguments-as-string", 400, "Value looks like object, but can't find closing '}' symbol"],
];

const BARE = ["load-stream", "load", "unload"];
const CUT = ["stream-cut-by-client"];

const find = (name: string) => recording("ollama", name);
const isStreamed = (name: string) => (find(name).request.body as { stream?: boolean } | undefined)?.stream !== false;

/** Sends a recorded request through a model of ours. */
async function ask(name: string): Promise<AIMessage> {
  const { model, fields, messages, options } = recordedCall(find(name));
  const chat = bench.model({ ...fields, maxTokens: fields.maxTokens === 0 ? undefined : fields.maxTokens }, model);
  if (!isStreamed(name)) return chat.invoke(messages, options);
  const chunks = await collect(await chat.stream(messages, options));
  return chunks.reduce((sum, chunk) => sum.concat(chunk));
}

describe.each(ANSWERS)("%s", (name, text, thinking, reason, input, output) => {
  // Undefined: in the recorded pieces; else cut anew at random.
  it.each([undefined, 1, 2, 3])("is read as it was meant, in pieces of seed %p", async (split) => {
    // A server that has no `/api/show` lets an image pass, as the recorded client did.
    bench.server.on("/api/show", json(404, { error: "not here" })).reply(replay(find(name), { split }));
    const message = await ask(name);
    expect(message.text).toBe(text);
    expect(message.additional_kwargs.reasoning_content).toBe(thinking);
    expect(message.response_metadata).toMatchObject({
      finish_reason: reason,
      done_reason: reason,
      usage_source: "server",
      model_name: "tiny",
      model: "tiny",
    });
    expect(message.usage_metadata).toMatchObject({
      input_tokens: input,
      output_tokens: output,
      total_tokens: input + output,
    });
    expect(message.response_metadata.total_duration).toBeGreaterThan(0);
  });

  it("was asked for as it was recorded", async () => {
    bench.server.on("/api/show", json(404, { error: "not here" })).reply(replay(find(name)));
    await ask(name);
    if (!OTHER_BODY.has(name)) expect(bench.body()).toEqual({ stream: true, ...expectedBody(find(name)) });
    else expect(bench.body()).toMatchObject({ model: "tiny", think: false });
  });
});

describe("log probabilities", () => {
  it.each(["chat-logprobs", "chat-logprobs-stream"])("%s", async (name) => {
    bench.server.reply(replay(find(name)));
    const { logprobs } = (await ask(name)).response_metadata;
    expect(logprobs).toMatchObject({
      content: [
        {
          token: "The",
          logprob: -1.3199540376663208,
          bytes: [84, 104, 101],
          top_logprobs: [{ token: "The" }, { token: "One" }],
        },
        { token: " ocean" },
        { token: " is", logprob: -0.7410919070243835 },
      ],
    });
  });
});

describe.each(REFUSALS)("%s", (name, status, words) => {
  it("is the server's error, in its own words, however the model is called", async () => {
    const refused = { ...replay(find(name)), status };
    bench.server.reply(refused, refused);
    const model = bench.model({ maxRetries: 0 }, "nope");
    for (const error of [await rejection(model.invoke("Hi")), await rejection(model.stream("Hi").then(collect))]) {
      expect(error).toBeInstanceOf(ServerError);
      expect(error).toMatchObject({ status, message: expect.stringContaining(words) });
    }
    expect(model.costs.totals).toMatchObject({ inputTokens: 0, outputTokens: 0 });
  });
});

describe("what a server refused is refused before it is sent", () => {
  it.each<[string, () => unknown]>([
    ["error-image-bad-base64", () => ask("error-image-bad-base64")],
    ["error-option-type", () => ask("error-option-type")],
    ["error-top-logprobs", () => ask("error-top-logprobs")],
    ["format-bad", () => ask("format-bad")],
    ["chat-num-predict-0", () => bench.model({ maxTokens: 0 })],
    ["error-no-model", () => bench.model({}, "")],
    ["load", () => ask("load")],
  ])("%s", async (_, send) => {
    bench.server.on("/api/show", json(404, { error: "not here" }));
    expect(ConfigurationError.isInstance(await rejection((async () => send())()))).toBe(true);
    expect(bench.server.requests.filter(({ path }) => path === "/api/chat")).toEqual([]);
  });

  it("error-image-data-url is sent as Ollama takes it", async () => {
    bench.server.on("/api/show", json(404, { error: "not here" })).reply(json(200, last()));
    await ask("error-image-data-url");
    expect(bench.body().messages).toMatchObject([{ images: [expect.stringMatching(/^iVBORw0KGgo/)] }]);
  });
});

describe.each(BARE)("%s", (name) => {
  it("is no answer, which is said, and nothing is booked", async () => {
    bench.server.always(replay(find(name)));
    const model = bench.model();
    const asking = [() => model.invoke("Hi"), () => model.stream("Hi").then(collect)];
    for (const ask of asking) {
      const error = await rejection(ask());
      expect(ServerError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({ message: expect.stringContaining("it generated nothing"), isRefusal: true });
    }
    expect(bench.server.requests).toHaveLength(2);
    expect(model.costs.totals).toMatchObject({ inputTokens: 0, outputTokens: 0, estimatedCalls: 0 });
  });
});

it("stream-cut-by-client fails with what came", async () => {
  bench.server.reply(replay(find("stream-cut-by-client")));
  const error = await rejection(ask("stream-cut-by-client"));
  expect(error).toMatchObject({
    name: "ConnectionError",
    partialOutput: { content: "The ocean is", response_metadata: { usage_source: "estimated" } },
  });
});

it("error-wrong-path and root are no answers of the API", async () => {
  bench.server.reply(replay(find("error-wrong-path")), replay(find("root")));
  await expect(bench.model().invoke("Hi")).rejects.toThrow(
    "404 page not found. Is the base URL that of Ollama itself, without `/v1`?",
  );
  await expect(bench.model().invoke("Hi")).rejects.toThrow(
    "sent a line that is no JSON object: `Ollama is running`. Is it Ollama's address?",
  );
});

it("tags, show and show-missing are read by the model's own questions", async () => {
  bench.server.reply(replay(find("tags")), replay(find("show")), replay(find("show-missing")));
  const model = bench.model();
  expect(await model.listModels()).toMatchObject([{ name: "tiny:latest" }]);
  expect(await model.showModel()).toMatchObject({ details: { family: "llama" } });
  await expect(model.showModel()).rejects.toThrow("model 'nope' not found");
});

it("no exchange is left out", () => {
  const played = [...ANSWERS.map(([name]) => name), ...REFUSALS.map(([name]) => name), ...BARE, ...CUT];
  expect(played.toSorted()).toEqual(chatRecordings.map((each) => each.case).toSorted());
  const others = recordings("ollama").filter(
    ({ request }) => request.path !== "/api/chat" && !request.path.startsWith("/v1/"),
  );
  expect(others.map((each) => each.case).toSorted()).toEqual([
    "error-wrong-path",
    "root",
    "show",
    "show-missing",
    "tags",
  ]);
});
