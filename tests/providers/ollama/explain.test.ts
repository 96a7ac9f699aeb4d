import { describe, expect, it } from "@jest/globals";
import { ServerError } from "../../../src/base/errors.js";
import { explainOllama, isMissingModel } from "../../../src/providers/ollama/explain.js";

describe("explainOllama", () => {
  it.each<[number | undefined, string | undefined, string | undefined]>([
    [404, "model 'llama3.2' not found", "Run `ollama pull llama3.2`, or set `pull: true`."],
    [404, 'model "llama3.2" not found, try pulling it first', "Run `ollama pull llama3.2`, or set `pull: true`."],
    [404, undefined, "Is the base URL that of Ollama itself, without `/v1`?"],
    [
      401,
      "unauthorized",
      "Set the environment variable `OLLAMA_API_KEY` or pass `apiKey` for ollama.com; for a cloud model on a local server run `ollama signin`.",
    ],
    [
      403,
      undefined,
      "A server that listens on loopback refuses other host names: set its `OLLAMA_HOST` or `OLLAMA_ORIGINS`.",
    ],
    [
      400,
      "llama3.2 does not support tools",
      'Use a model with tools, or `withStructuredOutput(schema, { method: "jsonSchema" })`.',
    ],
    [400, '"llama3.2" does not support thinking', "Leave `think` out, or set it to false."],
    [503, "server busy", undefined],
    [
      500,
      "system message must be at the beginning",
      "Put what system messages say later into the first one, or into user messages: this model's renderer takes one, at the beginning.",
    ],
    [
      400,
      "Function call is missing a thought_signature in functionCall parts.",
      "Ollama's API has no field for it, so that this model cannot go on after a tool call: use another one.",
    ],
    [500, "no user query found in messages", "This model's renderer wants a user message."],
    [
      429,
      "you have reached your weekly usage limit",
      "The plan's allowance is used up until its session, hour, week or month is over: another attempt before that does not help.",
    ],
    [undefined, "out of memory", undefined],
  ])("%p %p: %p", (status, message, expected) => {
    expect(explainOllama("llama3.2", status, { message })).toBe(expected);
  });
});

describe("isMissingModel", () => {
  it.each<[unknown, boolean]>([
    [new ServerError("m", { status: 404, body: '{"error":"model \'x\' not found"}' }), true],
    [new ServerError("for model `x`: 404 page not found", { status: 404, body: "404 page not found" }), false],
    [new ServerError("m", { status: 400, body: '{"error":"model \'x\' not found"}' }), false],
    [new Error("model 'x' not found"), false],
  ])("%p: %p", (error, expected) => {
    expect(isMissingModel(error)).toBe(expected);
  });
});
