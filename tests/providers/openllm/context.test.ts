import { describe, expect, it } from "@jest/globals";
import { ContextOverflowError } from "@langchain/core/errors";
import { HumanMessage } from "@langchain/core/messages";
import { ContextWindowError } from "../../../src/base/errors.js";
import {
  ask,
  chunk,
  completion,
  counts,
  end,
  isStreamed,
  modelOf,
  modes,
  saying,
  spent,
} from "../../support/completions.js";
import { json, sse } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";
import { refusals } from "../../support/refusals.js";

const server = useWireServer();

const refusedWith = refusals(() => server);

describe("the prompt does not fit, in everyone's words", () => {
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
      "vLLM 0.32: its number is the limit and one more, and not the prompt's",
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
      "vLLM 0.32, a prompt as long as the window",
      400,
      { error: { message: "max_tokens must be at least 1, got 0. (parameter=max_tokens, value=0)" } },
      undefined,
      undefined,
    ],
    [
      "vLLM 0.32, output alone",
      400,
      {
        error: {
          message: "max_tokens=5000 cannot be greater than max_model_len=1024. Please request fewer output tokens.",
        },
      },
      undefined,
      1024,
    ],
    [
      "LM Studio, llama.cpp engine",
      400,
      {
        error:
          "Trying to keep the first 4500 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.",
      },
      4500,
      4096,
    ],
    [
      "LiteLLM",
      400,
      { error: { message: "litellm.ContextWindowExceededError: no more room", code: "400" } },
      undefined,
      undefined,
    ],
    ["OpenAI's code", 400, { error: { message: "Too long.", code: "context_length_exceeded" } }, undefined, undefined],
    [
      "llama.cpp",
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

describe("successes that are none", () => {
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

  it.each([
    ["base64 in a question", `What is data:image/png;base64,${"A".repeat(80_000)} about?`],
    ["one letter, of which eight make a token", "a".repeat(80_000)],
  ])("not a prompt of %s", async (_name, text) => {
    server.always(json(200, completion({ content: "Yes." }, {}, { usage: counts(9_000, 2) })));
    const { response_metadata: metadata } = await ask(modelOf(server), "whole", {}, [new HumanMessage(text)]);
    expect(metadata.warnings).toBeUndefined();
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

  it("V21 all of it went into reasoning", async () => {
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

describe("more output tokens than fit", () => {
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
