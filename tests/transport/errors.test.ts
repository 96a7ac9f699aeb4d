import { describe, expect, it } from "@jest/globals";
import { ContextOverflowError, getRetryable } from "@langchain/core/errors";
import fc from "fast-check";
import { ConnectionError, ContextWindowError } from "../../src/base/errors.js";
import { isErrorJson, readErrorBody, readErrorJson } from "../../src/transport/error_body.js";
import { connectionError } from "../../src/transport/connection_error.js";
import { errorInBody, serverError } from "../../src/transport/server_error.js";

const context = { server: "The server at `http://host/v1`", model: "m" };

describe("what a server says of an error", () => {
  it.each<[string, unknown, object]>([
    ["OpenAI's form", { error: { message: "no", type: "bad_request", code: "c1" } }, { message: "no", code: "c1" }],
    [
      "a type where there is no code",
      { error: { message: "no", type: "bad_request", code: null } },
      { message: "no", code: "bad_request" },
    ],
    [
      "llama.cpp's",
      { error: { code: 400, message: "too long", type: "exceed_context_size_error", n_prompt_tokens: 9, n_ctx: 8 } },
      { message: "too long", code: "exceed_context_size_error", status: 400, promptTokens: 9, contextTokens: 8 },
    ],
    [
      "a flat one, as LMDeploy's and older vLLM's",
      { object: "error", message: "no", type: "BadRequestError", code: 400 },
      { message: "no", code: "BadRequestError", status: 400 },
    ],
    ["a text", { error: "no" }, { message: "no" }],
    ["TGI's", { error: "no", error_type: "validation" }, { message: "no", code: "validation" }],
    ["TGI's in a stream", { error: { message: "no", http_status_code: 422 } }, { message: "no", status: 422 }],
    ["FastAPI's", { detail: "Unauthorized" }, { message: "Unauthorized" }],
    [
      "FastAPI's list",
      { detail: [{ loc: ["body", "n"], msg: "too big" }, { msg: "too small" }, "odd"] },
      { message: "body.n: too big; too small; odd" },
    ],
    [
      "zod's list, LM Studio's",
      { error: [{ code: "invalid_type", path: ["tools", 0, "parameters"], message: "Required" }] },
      { message: "tools.0.parameters: Required" },
    ],
    ["FastChat's", { detail: { error: { message: "no", code: 40303 } } }, { message: "no", code: "40303" }],
    ["FastChat's in a stream", { text: "no", error_code: 50002 }, { message: "no", code: "50002" }],
    [
      "Ollama's of its cloud",
      { StatusCode: 400, Status: "400 Bad Request", error: "no" },
      { message: "no", status: 400 },
    ],
    [
      "the same without words",
      { StatusCode: 503, Status: "503 Service Unavailable" },
      { message: "503 Service Unavailable", status: 503 },
    ],
    ["an error in the text of another", { error: '{"StatusCode":400,"error":"no"}' }, { message: "no", status: 400 }],
    [
      "an error in the text of another, behind words",
      { error: { message: 'upstream: {"error":{"message":"no","code":"c1","param":"n"}}', code: 502 } },
      { message: "upstream: no", code: "c1", status: 502 },
    ],
    [
      "errors in errors",
      { error: JSON.stringify({ error: { message: JSON.stringify({ detail: "no", code: 422 }), code: 400 } }) },
      { message: "no", code: "422", status: 422 },
    ],
    ["JSON that is no error", { error: 'cannot read {"a":1}' }, { message: 'cannot read {"a":1}' }],
    [
      "JSON that a model wrote",
      { error: `error parsing tool call: raw='{"error":"x"}', err=bad` },
      { message: `error parsing tool call: raw='{"error":"x"}', err=bad` },
    ],
    ["a bare text", "no", { message: "no" }],
    ["nothing that is known", { odd: true }, {}],
    ["nothing", null, {}],
  ])("%s", (_, json, expected) => {
    const { message, code, status, promptTokens, contextTokens } = readErrorJson(json);
    const found = Object.fromEntries(
      Object.entries({ message, code, status, promptTokens, contextTokens }).filter(([, value]) => value !== undefined),
    );
    expect(found).toEqual(expected);
    expect(readErrorBody(JSON.stringify(json))).toEqual(readErrorJson(json));
  });

  it("in errors without end is read to a depth", () => {
    let message = "no";
    for (let depth = 0; depth < 8; depth++) message = JSON.stringify({ error: message });
    expect(readErrorBody(message).message).toBe(JSON.stringify({ error: JSON.stringify({ error: "no" }) }));
    expect(readErrorBody(JSON.stringify({ error: "{".repeat(60_000) })).message).toHaveLength(60_000);
  });

  it("is read from anything without failing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const { message, code } = readErrorJson(json);
        expect(["string", "undefined"]).toContain(typeof message);
        expect(["string", "undefined"]).toContain(typeof code);
        expect(typeof isErrorJson(json)).toBe("boolean");
        expect(serverError(500, new Headers(), JSON.stringify(json), context).message).not.toContain("[object");
      }),
    );
    expect(readErrorBody("<html>")).toEqual({});
  });

  it.each<[unknown, boolean]>([
    [{ error: { message: "no" } }, true],
    [{ error: "no" }, true],
    [{ object: "error", message: "no" }, true],
    [{ text: "no", error_code: 50_002 }, true],
    [{ detail: "no" }, true],
    [{ error: null, choices: [] }, false],
    [{ error: "", done: true }, false],
    [{ choices: [{ delta: {} }], error: null }, false],
    [{ choices: [{ delta: {} }], error: { code: 0, message: "" } }, false],
    [{ choices: [{ delta: {} }], error: { code: 502, message: "no" } }, true],
    [{ choices: [], usage: {} }, false],
    [{ id: "x", detail: "x", choices: [] }, false],
    [{ StatusCode: 502, Status: "502 Bad Gateway" }, true],
    [{ StatusCode: 200, done: true }, false],
    [[], false],
    [null, false],
  ])("is told from an answer: %j", (json, isError) => {
    expect(isErrorJson(json)).toBe(isError);
  });
});

describe("the error of an answer", () => {
  const make = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    serverError(status, new Headers(headers), typeof body === "string" ? body : JSON.stringify(body), context);

  it.each<[number, unknown, boolean, string | undefined]>([
    [400, { error: { message: "no" } }, false, undefined],
    [
      400,
      { error: { message: "An assistant message with 'tool_calls' must be followed by tool messages." } },
      false,
      "INVALID_TOOL_RESULTS",
    ],
    [400, { message: "tool_call_id `call_1` matches no call" }, false, "INVALID_TOOL_RESULTS"],
    [401, { error: { message: "no" } }, false, "MODEL_AUTHENTICATION"],
    [403, { error: { message: "no" } }, false, "MODEL_AUTHENTICATION"],
    [404, { error: { message: "no" } }, false, "MODEL_NOT_FOUND"],
    [408, "", true, undefined],
    [409, "", true, undefined],
    [422, { detail: [] }, false, undefined],
    [429, { error: { message: "slow down" } }, true, "MODEL_RATE_LIMIT"],
    [429, { error: { message: "You exceeded your current quota" } }, false, "MODEL_RATE_LIMIT"],
    [500, "", true, undefined],
    [500, { error: 'option "seed" must be of type integer' }, false, undefined],
    [503, "", true, undefined],
    [529, "", true, undefined],
  ])("%i %j can be tried again: %s", (status, body, isRetryable, code) => {
    const error = make(status, body);
    expect(error).toMatchObject({ name: "ServerError", status, model: "m", isRefusal: expect.any(Boolean) });
    expect(getRetryable(error)).toBe(isRetryable);
    expect(error.lc_error_code).toBe(code);
  });

  it.each([
    "you (someone) have reached your weekly usage limit, upgrade for higher limits: https://ollama.com/upgrade",
    "you (someone) have reached your session usage limit, please wait or upgrade to continue",
    "you've reached your hourly usage limit, please wait or upgrade to continue",
    "You have reached your monthly limit.",
    "weekly usage exceeded, resets in 3 days",
    "you have used all your included usage for this month",
  ])("is not tried again where an allowance is used up: %s", (words) => {
    expect(getRetryable(make(429, { error: words }))).toBe(false);
    expect(getRetryable(make(429, { error: words }, { "retry-after": "86400" }))).toBe(false);
    expect(getRetryable(errorInBody(readErrorJson({ error: words }), "", context))).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ["too many concurrent requests, upgrade for higher limits", {}],
    ["Rate limit reached: Limit 3 per min. Add a payment method at https://host/billing", {}],
    ["timed out waiting for a concurrent request slot", {}],
    ["usage limit", { "retry-after": "5" }],
  ])("is tried again where a rate is passing: %s", (words, headers) => {
    expect(getRetryable(make(429, { error: words }, headers))).toBe(true);
  });

  it.each([
    "system message must be at the beginning",
    "failed to load model vocabulary required for format",
    "no user query found in messages",
    "System message cannot contain images.",
    "images are not supported in system messages",
    "qwen3.5: system messages with images are not supported",
    "tool result without a preceding tool call",
    "Unexpected role 'tool' after role 'user'",
    "Conversation roles must alternate user/assistant/user/assistant/...",
    "Unexpected message role.",
    'template: :3:5: executing "" at <.Nope>: nil pointer',
    "While executing CallExpression: Jinja Exception: no",
  ])("is not tried again where a conversation is refused by its form: %s", (words) => {
    expect(getRetryable(make(500, { error: words }))).toBe(false);
  });

  it("is not tried again where a proxy made a failure of a refusal", () => {
    expect(getRetryable(make(502, { error: '{"StatusCode":400,"Status":"400 Bad Request","error":"no"}' }))).toBe(
      false,
    );
    expect(getRetryable(make(502, { error: '{"StatusCode":503,"error":"no"}' }))).toBe(true);
  });

  it.each([
    `error parsing tool call: raw='{"content":"maximum context length, system message must be at the beginning"}]', err=invalid character`,
    'Failed to parse input at pos 5: <tool_call>{"a":"prompt is too long"}',
    `1 validation error: x [type=bad, input_value='the maximum context length is', input_type=str]`,
  ])("is not told by words that a model or a user wrote: %s", (words) => {
    const error = make(500, { error: words });
    expect(error).not.toBeInstanceOf(ContextWindowError);
    expect(getRetryable(error)).toBe(true);
    expect(error.message).toContain(words);
  });

  it("is told by the server's words behind those of a model", () => {
    expect(make(500, { error: "raw='x', err=maximum context length exceeded" })).toBeInstanceOf(ContextWindowError);
  });

  it.each([401, 403, 404, 429])("of status %i is no prompt that does not fit, whatever its words", (status) => {
    expect(make(status, { error: "prompt is too long" })).not.toBeInstanceOf(ContextWindowError);
  });

  it("follows what a server says itself about another attempt", () => {
    expect(getRetryable(make(500, "", { "x-should-retry": "false" }))).toBe(false);
    expect(getRetryable(make(400, "", { "x-should-retry": "true" }))).toBe(true);
  });

  it.each([
    ["7", 7_000],
    ["0", 0],
    ["1.5", 1_500],
    ["soon", undefined],
  ])("knows how long to wait: Retry-After %s", (header, ms) => {
    expect(make(429, "", { "retry-after": header }).retryAfterMs).toBe(ms);
  });

  it("names server, status, model, what was said and what to do", () => {
    const error = serverError(404, new Headers(), '{"error":"no such model"}', {
      ...context,
      explain: (status) => (status === 404 ? "Pull it." : undefined),
    });
    expect(error.message).toContain(
      "The server at `http://host/v1` answered 404 for model `m`: no such model. Pull it.",
    );
    expect(
      make(502, "<html><head><title>Bad Gateway</title><script>x()</script></head><body>nginx</body></html>").message,
    ).toContain("answered 502 for model `m`: Bad Gateway nginx");
    expect(make(500, "   ").message).toContain("no explanation");
    expect(make(500, "x".repeat(9_000)).message.length).toBeLessThan(400);
    expect(make(500, "x".repeat(9_000)).body).toHaveLength(500);
  });

  it.each<[string, unknown]>([
    [
      "vLLM",
      { error: { message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens" } },
    ],
    [
      "llama.cpp",
      {
        error: {
          code: 400,
          message: "the request exceeds the available context size",
          type: "exceed_context_size_error",
          n_prompt_tokens: 5000,
          n_ctx: 4096,
        },
      },
    ],
    ["TGI", { error: "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000", error_type: "validation" }],
    ["OpenAI's code", { error: { message: "too long", code: "context_length_exceeded" } }],
    ["LM Studio", { error: "Context size has been exceeded." }],
  ])("is core's error for a prompt that does not fit: %s", (_, body) => {
    const error = make(400, body);
    expect(error).toBeInstanceOf(ContextWindowError);
    expect(ContextOverflowError.isInstance(error)).toBe(true);
    expect(error.lc_error_code).toBe("CONTEXT_OVERFLOW");
    expect(getRetryable(error)).toBe(false);
  });

  it("is none of that for other words", () => {
    expect(make(400, { error: { message: "The context is unclear" } })).not.toBeInstanceOf(ContextWindowError);
  });

  it("has the status that stands in the body of a 200", () => {
    expect(errorInBody({ message: "no", status: 422 }, "{}", context)).toMatchObject({ status: 422 });
    expect(errorInBody({ message: "no" }, "{}", context).message).toBe(
      "The server at `http://host/v1` failed for model `m`: no",
    );
  });
});

describe("the error of a connection", () => {
  it.each<[string, unknown, string | undefined, string]>([
    [
      "fetch's, which has Node's as its cause",
      Object.assign(new TypeError("fetch failed"), {
        cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
      }),
      "ECONNREFUSED",
      "Is the server running",
    ],
    [
      "of several addresses",
      Object.assign(new TypeError("fetch failed"), {
        cause: new AggregateError([Object.assign(new Error("a"), { code: "ENETUNREACH" })]),
      }),
      "ENETUNREACH",
      "Is the server running",
    ],
    [
      "of another realm",
      { name: "TypeError", message: "fetch failed", cause: { name: "Error", message: "x", code: "ENOTFOUND" } },
      "ENOTFOUND",
      "Is the server running",
    ],
    [
      "that broke",
      Object.assign(new TypeError("terminated"), {
        cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }),
      }),
      "UND_ERR_SOCKET",
      "The connection broke",
    ],
    ["that says nothing", "boom", undefined, "Is the server running"],
  ])("%s", (_, cause, code, words) => {
    const error = connectionError(cause, "http://host/v1", "before its answer");
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code, url: "http://host/v1", cause: code === undefined ? cause : { code } });
    expect(error.message).toContain("`http://host/v1`");
    expect(error.message).toContain(words);
    expect(getRetryable(error)).toBe(true);
  });

  it("says what Deno was not allowed, and is not tried again", () => {
    const cause = new Error('Requires net access to "host:80", run again with the --allow-net flag');
    const error = connectionError(cause, "http://host/v1", "before its answer");
    expect(error.message).toContain("Deno was not allowed to connect. Run it with `--allow-net`.");
    expect(getRetryable(error)).toBe(false);
  });

  it("ends where causes go in a circle", () => {
    const circle = new Error("a");
    circle.cause = circle;
    expect(connectionError(circle, "u", "in its answer").code).toBeUndefined();
  });
});
