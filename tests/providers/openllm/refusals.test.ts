import { describe, expect, it } from "@jest/globals";
import { ContextWindowError, ServerError } from "../../../src/base/errors.js";
import { concessionFor, outputThatFits, refusesToForce } from "../../../src/providers/openllm/negotiate/refusals.js";
import { concede, type Concession } from "../../../src/providers/openllm/negotiate/request_body.js";

type Json = Record<string, unknown>;

const said = (message: string, status = 400) => new ServerError(message, { status });
const schemaFormat = { type: "json_schema", json_schema: { name: "a", schema: { type: "object" }, strict: true } };

describe("what a server took offence at", () => {
  const rows: [message: string, body: Json, concession: Concession | undefined, status?: number][] = [
    ["Extra inputs are not permitted: stream_options", { stream_options: {} }, "stream_options", 422],
    ["stream_options is not supported", {}, undefined],
    [
      "body.tools.0.function.strict: Extra inputs are not permitted",
      { tools: [{ function: { strict: true } }] },
      "strict",
    ],
    ["strict mode is on", { tools: [{ function: {} }] }, undefined],
    [
      "'response_format.type' must be 'json_schema' or 'text'",
      { response_format: { type: "json_object" } },
      "json_object",
    ],
    ["response_format type json_schema is not supported", { response_format: schemaFormat }, "json_schema"],
    [
      "Invalid schema for response_format: Unimplemented keys: uniqueItems",
      { response_format: schemaFormat },
      undefined,
    ],
    [
      "Failed to deserialize the JSON body: response_format: missing field `value` at line 1",
      { response_format: schemaFormat },
      "format_value",
      422,
    ],
    ["parallel_tool_calls: Extra inputs", { parallel_tool_calls: true }, "parallel_tool_calls"],
    [
      'tool_choice="required" requires --tool-call-parser to be set',
      { tools: [{ function: { name: "f" } }], tool_choice: "required" },
      undefined,
    ],
    ['"auto" tool choice requires --enable-auto-tool-choice', { tools: [{}], tool_choice: "auto" }, undefined],
    ["stream_options", { stream_options: {} }, undefined, 500],
    // Validation errors repeat the request: the field at fault is another one.
    [
      "1 validation error: {'msg': 'top_p is wrong', 'input': {'stream_options': {'include_usage': True}}}",
      { stream_options: {} },
      undefined,
    ],
  ];

  it.each(rows)("%s", (message, body, concession, ...[status]) => {
    expect(concessionFor(said(message, status), body)).toBe(concession);
  });
});

describe("what a server took offence at, in the words of", () => {
  const messages = [
    { role: "system", content: "a" },
    { role: "user", content: "b" },
    { role: "assistant", content: "", tool_calls: [{ id: "call_1" }] },
    { role: "tool", content: "c", tool_call_id: "call_1" },
    { role: "system", content: "d" },
    { role: "user", content: "e" },
  ];
  const parameters = { type: "object", properties: { a: { type: "object" }, b: { type: "string", pattern: "x" } } };
  const body = {
    messages,
    tools: [{ type: "function", function: { name: "f", parameters } }],
    tool_choice: "required",
  };

  it.each<[model: string, words: string, concession: Concession | undefined]>([
    ["mistral-common", "Unexpected role 'system' after role 'tool'", "oneSystem"],
    ["mistral-common", "Unexpected role 'user' after role 'tool'", "alternate"],
    ["mistral-common", "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.", "nineCharacterIds"],
    ["others", "System messages are only allowed at the beginning of the conversation", "oneSystem"],
    ["others", "This model only supports a single system message", "oneSystem"],
    ["Anthropic's like", 'roles must alternate between "user" and "assistant"', "alternate"],
    ["Gemma at Google's", "Developer instruction is not enabled for models/gemma-3-27b-it", "noSystem"],
    [
      "DeepSeek V3.2",
      "Missing `reasoning_content` field in the assistant message at message index 2.",
      "reasoningOnCalls",
    ],
    ["Outlines", "Could not translate the instance {'pattern': 'x'} to a regular expression.", "schema_bounds"],
    ["llama.cpp", "JSON schema conversion failed: Pattern must start with '^' and end with '$'", "schema_bounds"],
    ["LM Studio", "Invalid input tools.0", "schema_properties"],
    ["DeepSeek", "deepseek-reasoner does not support this tool_choice", "object_choice"],
    // What a conversation has already is not conceded.
    ["a template that wants a user", "No user query found in messages.", undefined],
    ["Mistral", "Not the same number of function calls and responses", undefined],
    // A prompt that is repeated teaches nothing.
    ["a validation", "{'loc': 'top_k', 'input': [{'content': 'System message must be at the beginning.'}]}", undefined],
    ["pydantic", "top_k [type=int_parsing, input_value={'a': 'roles must alternate'}, input_type=dict]", undefined],
  ])("%s: %s", (_model, words, concession) => {
    expect(concessionFor(said(words), body)).toBe(concession);
  });

  it.each([401, 403, 413, 429, 503])("not where the status is %d", (status) => {
    expect(concessionFor(said("System message must be at the beginning.", status), body)).toBeUndefined();
  });
});

describe("a tool cannot be forced", () => {
  const tools = [{ type: "function", function: { name: "f" } }];
  it.each([
    ['tool_choice="required" requires --tool-call-parser to be set', "required", 400, true],
    ["tool_choice 'required' is incompatible with thinking enabled", "required", 400, true],
    ["tool_choice 'required' is incompatible with thinking enabled", "auto", 400, false],
    ["the tool_choice broke the engine", "required", 500, false],
    ["the model is unknown", "required", 404, false],
  ])("%s (%s, %s)", (words, tool_choice, status, expected) => {
    expect(refusesToForce(said(words, status), { tools, tool_choice })).toBe(expected);
  });
});

describe("what is sent instead", () => {
  const rows: [concession: Concession, body: Json, expected: Json][] = [
    ["stream_options", { a: 1, stream_options: {} }, { a: 1 }],
    ["parallel_tool_calls", { a: 1, parallel_tool_calls: false }, { a: 1 }],
    [
      "strict",
      { tools: [{ type: "function", function: { name: "f", strict: true } }], response_format: schemaFormat },
      {
        tools: [{ type: "function", function: { name: "f" } }],
        response_format: { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } },
      },
    ],
    [
      "json_object",
      { response_format: { type: "json_object" } },
      { response_format: { type: "json_schema", json_schema: { name: "json", schema: { type: "object" } } } },
    ],
    ["json_object", { response_format: schemaFormat }, { response_format: schemaFormat }],
    [
      "json_schema",
      { messages: [{ role: "user", content: "Hi" }], response_format: schemaFormat },
      {
        messages: [
          { role: "system", content: 'Answer with JSON only, following this JSON schema:\n{"type":"object"}' },
          { role: "user", content: "Hi" },
        ],
        response_format: { type: "json_object" },
      },
    ],
    [
      "format_value",
      { response_format: schemaFormat },
      { response_format: { type: "json_schema", value: { name: "a", schema: { type: "object" } } } },
    ],
    [
      "format_value",
      { response_format: { type: "json_object" } },
      { response_format: { type: "json_object", value: { type: "object" } } },
    ],
    ["format_value", { messages: [] }, { messages: [], response_format: undefined }],
  ];

  it.each(rows)("%s", (concession, body, expected) => {
    const before = JSON.stringify(body);
    expect(concede(body, new Set([concession]))).toEqual(expected);
    expect(JSON.stringify(body)).toBe(before);
  });

  it("into a system message that is there, text or parts", () => {
    const put = (content: unknown) =>
      concede({ messages: [{ role: "system", content }], response_format: schemaFormat }, new Set(["json_schema"]))
        .messages;
    expect(put("Be terse.")).toEqual([
      { role: "system", content: expect.stringMatching(/^Be terse\.\n\nAnswer with JSON only/) },
    ]);
    expect(put([{ type: "text", text: "Be terse." }])).toEqual([
      {
        role: "system",
        content: [
          { type: "text", text: "Be terse." },
          { type: "text", text: expect.stringMatching(/^Answer/) },
        ],
      },
    ]);
  });
});

describe("output that fits", () => {
  const error = (message: string, contextTokens?: number, promptTokens?: number) =>
    new ContextWindowError(message, { contextTokens, promptTokens });

  it.each([
    [error("too long", 1024, 32), 992],
    [error("too long", 1024, 1024), undefined],
    [error("too long", 1024), undefined],
    [error("too long", undefined, 32), undefined],
    [error("max_tokens=5000 cannot be greater than max_model_len=1024", 1024), 1024],
  ])("%s", (refusal, room) => {
    expect(outputThatFits(refusal)).toBe(room);
  });
});
