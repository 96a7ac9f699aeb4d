import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { ConnectionError, ServerError } from "../../../src/base/errors.js";
import { ask, failure, modelOf, saying } from "../../support/completions.js";
import { hangUp, json, reset, text } from "../../support/wire_script.js";
import { refusedUrl, startWireServer, type WireServer } from "../../support/wire_server.js";
import { refusals } from "../../support/refusals.js";

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

afterAll(() => server.close());

const refusedWith = refusals(() => server);

describe("error bodies: the server's words, whatever their shape", () => {
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
      "not a 500 for an image that the model cannot see",
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
      "nor one for a history that is no JSON",
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

  it("a reset before any byte of the answer", async () => {
    server.reply(hangUp(reset)).always(saying("Hello"));
    expect((await ask(modelOf(server, { maxRetries: 1 }), "whole")).text).toBe("Hello");
  });
});

describe("no server", () => {
  it("names the URL and keeps Node's code", async () => {
    const url = await refusedUrl();
    const error = await failure(modelOf(server, { baseURL: `${url}/v1` }).invoke("Hi"));
    expect(ConnectionError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      code: "ECONNREFUSED",
      cause: { code: "ECONNREFUSED" },
      url: `${url}/v1/chat/completions`,
      message: expect.stringContaining("Is the server running"),
    });
  });
});

describe("what to do about it", () => {
  it.each([
    [
      "`auto` without a parser (vLLM)",
      400,
      { error: { message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set' } },
      "Start vLLM with `--enable-auto-tool-choice` and a parser",
    ],
    [
      "tools without --jinja (older llama.cpp)",
      500,
      { error: { message: "tools param requires --jinja flag" } },
      "Start llama-server with `--jinja`.",
    ],
    [
      "a call cut off in vLLM 0.11",
      400,
      { error: { message: "1 validation error for list: Invalid JSON: EOF while parsing a string" } },
      "raise `maxTokens`",
    ],
    [
      "an image to a model without eyes",
      400,
      { error: { message: "tiny is not a multimodal model" } },
      "Use a model that takes images",
    ],
    ["no key", 401, { error: "Unauthorized" }, "`OPENLLM_API_KEY`"],
    ["a full queue", 429, { error: "Model is overloaded" }, "lower `maxConcurrency`"],
  ])("%s", async (_quirk, status, body, hint) => {
    const { error } = await refusedWith(json(status, body));
    expect(error).toMatchObject({ message: expect.stringContaining(hint) });
  });
});
