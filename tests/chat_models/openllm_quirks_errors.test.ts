import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ContextOverflowError, getRetryable } from "@langchain/core/errors";
import { HumanMessage } from "@langchain/core/messages";
import { ConnectionError, ContextWindowError, ServerError } from "../../src/errors.js";
import type { ChatOpenLLMInput } from "../../src/openllm.js";
import {
  ask,
  chunk,
  completion,
  counts,
  end,
  failure,
  isStreamed,
  modelOf,
  modes,
  saying,
  spent,
} from "../support/completions.js";
import { hangUp, json, reset, sse, stall, text, type Script } from "../support/wire_script.js";
import { refusedUrl, startWireServer, type WireServer } from "../support/wire_server.js";

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
afterAll(() => server.close());

/** The error of a call, and how many requests it made. */
async function refusedWith(
  script: Script,
  fields: ChatOpenLLMInput = {},
): Promise<{ error: unknown; requests: number }> {
  const before = server.requests.length;
  server.always(({ method }) => (method === "GET" ? json(404, {}) : script));
  const error = await failure(ask(modelOf(server, fields), "whole"));
  return { error, requests: server.requests.slice(before).filter(({ method }) => method === "POST").length };
}

describe("45 error bodies: the server's words, whatever their shape", () => {
  const rows: [shape: string, status: number, body: unknown, words: string, code: string | undefined][] = [
    [
      "nested (vLLM, llama.cpp, Ollama)",
      400,
      { error: { message: "bad thing", type: "BadRequestError", param: null, code: 400 } },
      "bad thing",
      "BadRequestError",
    ],
    [
      "flat (SGLang, LMDeploy, FastChat, older vLLM)",
      400,
      { object: "error", message: "bad thing", type: "BadRequest", param: null, code: 40300 },
      "bad thing",
      "BadRequest",
    ],
    ["a text (LM Studio, vLLM's 401)", 401, { error: "Unauthorized" }, "Unauthorized", undefined],
    [
      "a text and its type (TGI)",
      422,
      { error: "Input validation error: `stop`", error_type: "validation" },
      "Input validation error: `stop`",
      "validation",
    ],
    ["FastAPI's text", 400, { detail: "bad thing" }, "bad thing", undefined],
    [
      "FastAPI's list",
      422,
      { detail: [{ loc: ["body", "n"], msg: "value is not a valid integer", type: "type_error" }] },
      "body.n: value is not a valid integer",
      undefined,
    ],
    [
      "FastAPI's object (FastChat's 401)",
      401,
      { detail: { error: { message: "invalid api key", code: "invalid_api_key" } } },
      "invalid api key",
      "invalid_api_key",
    ],
    [
      "a page of a proxy",
      502,
      "<html><head><title>502</title></head><body>Bad <b>Gateway</b></body></html>",
      "Bad Gateway",
      undefined,
    ],
    ["plain text", 400, "Disallowed CORS origin", "Disallowed CORS origin", undefined],
    ["nothing", 500, "", "no explanation", undefined],
  ];

  it.each(rows)("%s", async (_shape, status, body, words, code) => {
    const { error } = await refusedWith(typeof body === "string" ? text(status, body) : json(status, body));
    expect(ServerError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      status,
      code,
      model: "m",
      message: expect.stringContaining(words),
      body: expect.any(String),
    });
  });
});

describe("what is tried again", () => {
  const rows: [quirk: string, status: number, headers: Record<string, string>, body: unknown, requests: number][] = [
    ["46 422 is not (TGI, FastAPI)", 422, {}, { error: "x", error_type: "validation" }, 1],
    ["46 424 is not (TGI)", 424, {}, { error: "x", error_type: "generation" }, 1],
    ["46 400 is not", 400, {}, { error: "x" }, 1],
    ["46 404 is not", 404, {}, { error: { message: "The model `m` does not exist." } }, 1],
    ["46 409 is", 409, { "retry-after": "0" }, { error: "x" }, 2],
    [
      "47 429 without Retry-After is: a local queue is full",
      429,
      {},
      { error: "Model is overloaded", error_type: "overloaded" },
      2,
    ],
    ["48 503 is", 503, { "retry-after": "0" }, { error: "x" }, 2],
    ["500 is", 500, { "retry-after": "0" }, { error: "x" }, 2],
    [
      "L9 not a 500 for an image that the model cannot see",
      500,
      {},
      {
        error: {
          code: 500,
          message: "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
          type: "server_error",
        },
      },
      1,
    ],
    [
      "L9 nor one for a history that is no JSON",
      500,
      {},
      {
        error: {
          code: 500,
          message: "Failed to parse tool call arguments as JSON: [json.exception.parse_error.101]",
          type: "server_error",
        },
      },
      1,
    ],
  ];

  it.each(rows)("%s", async (_quirk, status, headers, body, requests) => {
    const made = await refusedWith(json(status, body, { headers }), { maxRetries: 1 });
    expect([made.requests, getRetryable(made.error)]).toEqual([requests, requests > 1]);
  });

  it("L14 a reset before any byte of the answer", async () => {
    server.reply(hangUp(reset)).always(saying("Hello"));
    expect((await ask(modelOf(server, { maxRetries: 1 }), "whole")).text).toBe("Hello");
  });
});

describe("48 a model that is still loading", () => {
  const loading = json(
    503,
    { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    { headers: { "retry-after": "0" } },
  );

  it.each(modes)("is waited for, beyond the retries (%s)", async (mode) => {
    server.reply(...Array.from({ length: 6 }, () => loading)).always(saying("Hello"));
    expect((await ask(modelOf(server, { maxRetries: 1 }), mode)).text).toBe("Hello");
  });

  it("not longer than the user allows", async () => {
    const { error, requests } = await refusedWith(loading, { maxRetries: 1, loadingTimeout: 0 });
    expect(error).toMatchObject({
      status: 503,
      message: expect.stringMatching(/Loading model.*raise `loadingTimeout`/),
    });
    expect(requests).toBe(2);
  });

  it("not at all with `maxRetries: 0`, unless that is asked for", async () => {
    expect((await refusedWith(loading)).requests).toBe(1);
    server.reply(loading, loading).always(saying("Hello"));
    expect((await ask(modelOf(server, { loadingTimeout: 5_000 }), "whole")).text).toBe("Hello");
  });

  it("ends at once when the call is aborted", async () => {
    const aborting = new AbortController();
    server.always(json(503, { error: { message: "Model with name m is not ready." } }));
    const error = failure(modelOf(server, { loadingTimeout: 60_000 }).invoke("Hi", { signal: aborting.signal }));
    const { length } = server.requests;
    await server.received(length + 1);
    aborting.abort();
    expect(await error).toMatchObject({ name: expect.stringContaining("Abort") });
  });

  it("another 503 is the transport's to try again, and no more", async () => {
    const { requests } = await refusedWith(
      json(503, { error: "no healthy upstream" }, { headers: { "retry-after": "0" } }),
      { maxRetries: 1 },
    );
    expect(requests).toBe(2);
  });
});

describe("49 the prompt does not fit, in everyone's words", () => {
  const rows: [
    server: string,
    status: number,
    body: unknown,
    promptTokens: number | undefined,
    contextTokens: number | undefined,
  ][] = [
    [
      "vLLM 0.11",
      400,
      {
        error: {
          message:
            "This model's maximum context length is 1024 tokens. However, your request has 6015 input tokens. Please reduce the length of the input messages.",
        },
      },
      6015,
      1024,
    ],
    [
      "V4 vLLM 0.32: its number is the limit and one more, and not the prompt's",
      400,
      {
        error: {
          message:
            "This model's maximum context length is 1024 tokens. However, your prompt contains at least 1025 input tokens, which exceeds this limit even without any output tokens.",
        },
      },
      undefined,
      1024,
    ],
    [
      "V4 vLLM 0.32, a prompt as long as the window",
      400,
      { error: { message: "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)" } },
      undefined,
      undefined,
    ],
    [
      "V3 vLLM 0.32, output alone",
      400,
      {
        error: {
          message: "max_tokens=5000 cannot be greater than max_model_len=1024. Please request fewer output tokens.",
        },
      },
      undefined,
      1024,
    ],
    ["OpenAI's code", 400, { error: { message: "Too long.", code: "context_length_exceeded" } }, undefined, undefined],
    [
      "L13 llama.cpp",
      400,
      {
        error: {
          code: 400,
          message: "request (3031 tokens) exceeds the available context size (2048 tokens), try increasing it",
          type: "exceed_context_size_error",
          n_prompt_tokens: 3031,
          n_ctx: 2048,
        },
      },
      3031,
      2048,
    ],
    ["LM Studio (MLX)", 400, { error: "Context size has been exceeded." }, undefined, undefined],
    [
      "TGI",
      422,
      {
        error:
          "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 20 `max_new_tokens`",
        error_type: "validation",
      },
      5000,
      4096,
    ],
    [
      "llama-cpp-python",
      400,
      { error: { message: "Requested tokens (5000) exceed context window of 4096" } },
      undefined,
      4096,
    ],
    [
      "SGLang",
      400,
      { object: "error", message: "The input (5000 tokens) is longer than the model's context length (4096 tokens)." },
      5000,
      4096,
    ],
    [
      "SGLang, newer",
      400,
      { object: "error", message: "Input length (5000 tokens) exceeds the maximum allowed length (4096 tokens)." },
      5000,
      4096,
    ],
    [
      "FastChat",
      400,
      {
        object: "error",
        message:
          "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4900 in the messages, 100 in the completion).",
        code: 40303,
      },
      4900,
      4096,
    ],
    ["Ollama", 400, { error: { message: "the input length exceeds the context length" } }, undefined, undefined],
  ];

  it.each(rows)("%s", async (_server, status, body, promptTokens, contextTokens) => {
    const { error, requests } = await refusedWith(json(status, body), { maxRetries: 1 });
    expect(ContextWindowError.isInstance(error)).toBe(true);
    expect(ContextOverflowError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ status, promptTokens, contextTokens, lc_error_code: "CONTEXT_OVERFLOW" });
    expect(requests).toBe(1);
  });
});

describe("50 successes that are none", () => {
  it.each(modes)("a silent empty answer has a warning (LM Studio) (%s)", async (mode) => {
    server.always(({ json: body }) =>
      isStreamed(body)
        ? sse([chunk({ role: "assistant", content: "" }), end(), spent(9, 0)])
        : json(200, completion({ content: "" })),
    );
    const { response_metadata: metadata } = await ask(modelOf(server), mode);
    expect(metadata.warnings).toEqual([
      expect.stringContaining("The answer is empty. Some servers answer so when the prompt is longer"),
    ]);
  });

  it("LM Studio's stream without any event is an error", async () => {
    server.always(sse([], { done: true }));
    await expect(ask(modelOf(server), "stream")).rejects.toThrow("ended the stream without an answer");
  });

  const words = "Tides rise and fall because of the moon. ".repeat(2_000);

  it.each([
    ["cut at a usual window (Ollama's 4096)", 4_096, true],
    ["far too few tokens for so much text", 1_000, true],
    ["as many as such a text has", 19_000, false],
  ])("a prompt that the server cut: %s", async (_name, promptTokens, isWarned) => {
    server.always(json(200, completion({ content: "Yes." }, {}, { usage: counts(promptTokens, 2) })));
    const { response_metadata: metadata } = await ask(modelOf(server), "whole", {}, [new HumanMessage(words)]);
    expect(metadata.warnings).toEqual(
      isWarned ? [expect.stringContaining(`counted ${promptTokens} prompt tokens, too few for`)] : undefined,
    );
  });

  it("by the window that is known", async () => {
    server.always(json(200, completion({ content: "Yes." }, {}, { usage: counts(12_000, 2) })));
    const { response_metadata: metadata } = await ask(
      modelOf(server, { profile: { maxInputTokens: 12_000 } }),
      "whole",
      {},
      [new HumanMessage(words)],
    );
    expect(metadata.warnings).toEqual([expect.stringContaining("it may have cut the prompt")]);
  });

  it("L12 V21 all of it went into reasoning", async () => {
    server.always(json(200, completion({ content: null, reasoning: "Let me think" }, { finish_reason: "length" })));
    const { response_metadata: metadata } = await ask(modelOf(server), "whole");
    expect(metadata.warnings).toEqual([
      "All output tokens went into reasoning. Raise `maxTokens`, or turn thinking off.",
    ]);
  });

  it("nothing is wrong with an ordinary answer", async () => {
    server.always(saying("Hello"));
    for (const mode of modes)
      expect((await ask(modelOf(server), mode)).response_metadata).not.toHaveProperty("warnings");
  });
});

describe("51 more output tokens than fit", () => {
  const older = (max: number) =>
    json(400, {
      error: {
        message: `'max_tokens' or 'max_completion_tokens' is too large: ${max}. This model's maximum context length is 1024 tokens and your request has 32 input tokens (${max} > 1024 - 32).`,
      },
    });

  it.each(modes)("asks for what fits, where the user allows it (%s)", async (mode) => {
    server.always((request) => {
      const { max_tokens: max } = request.json as { max_tokens: number };
      return max > 992 ? older(max) : saying("Hello")(request);
    });
    expect((await ask(modelOf(server, { maxTokens: 5_000, fitMaxTokens: true }), mode)).text).toBe("Hello");
    expect(server.requests.at(-1)?.json).toMatchObject({ max_tokens: 992 });
  });

  it("by vLLM's newer words", async () => {
    server.always((request) =>
      (request.json as { max_tokens: number }).max_tokens > 1024
        ? json(400, {
            error: {
              message: "max_tokens=5000 cannot be greater than max_model_len=1024. Please request fewer output tokens.",
            },
          })
        : saying("Hello")(request),
    );
    await ask(modelOf(server, { maxTokens: 5_000, fitMaxTokens: true }), "whole");
    expect(server.requests.at(-1)?.json).toMatchObject({ max_tokens: 1024 });
  });

  it("else it is the typed error, with the figures", async () => {
    expect((await refusedWith(older(5_000), { maxTokens: 5_000 })).error).toMatchObject({
      promptTokens: 32,
      contextTokens: 1024,
    });
  });

  it("and it stays one when the prompt alone does not fit", async () => {
    const { error, requests } = await refusedWith(
      json(400, {
        error: { message: "maximum context length is 1024 tokens. However, your request has 6015 input tokens." },
      }),
      { fitMaxTokens: true },
    );
    expect([requests, ContextWindowError.isInstance(error)]).toEqual([1, true]);
  });
});

describe("42 a long wait for the first byte", () => {
  it("has a limit of its own, which the user sets", async () => {
    server.always(json(200, {}, { before: [stall] }));
    expect(await failure(ask(modelOf(server, { firstByteTimeout: 50 }), "whole"))).toMatchObject({
      limit: "firstByte",
      limitMs: 50,
    });
  });
});

describe("73 no server", () => {
  it("names the URL and keeps Node's code", async () => {
    const url = await refusedUrl();
    const error = await failure(modelOf(server, { baseURL: `${url}/v1` }).invoke("Hi"));
    expect(ConnectionError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: "ECONNREFUSED",
      url: `${url}/v1/chat/completions`,
      message: expect.stringContaining("Is the server running"),
    });
  });
});

describe("what to do about it", () => {
  it.each([
    [
      "59 `auto` without a parser (vLLM)",
      400,
      { error: { message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set' } },
      "Start vLLM with `--enable-auto-tool-choice` and a parser",
    ],
    [
      "2.3 tools without --jinja (older llama.cpp)",
      500,
      { error: { message: "tools param requires --jinja flag" } },
      "Start llama-server with `--jinja`.",
    ],
    [
      "V11 a call cut off in vLLM 0.11",
      400,
      { error: { message: "1 validation error for list: Invalid JSON: EOF while parsing a string" } },
      "raise `maxTokens`",
    ],
    [
      "65 an image to a model without eyes",
      400,
      { error: { message: "tiny is not a multimodal model" } },
      "Use a model that takes images",
    ],
    ["V27 no key", 401, { error: "Unauthorized" }, "`OPENLLM_API_KEY`"],
    ["47 a full queue", 429, { error: "Model is overloaded" }, "lower `maxConcurrency`"],
  ])("%s", async (_quirk, status, body, hint) => {
    const { error } = await refusedWith(json(status, body));
    expect(error).toMatchObject({ message: expect.stringContaining(hint) });
  });
});
