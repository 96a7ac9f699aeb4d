import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { completion, counts, saying } from "../support/completions.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { json } from "../support/wire_script.js";
import type { WireRequest } from "../support/wire_request.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

type Json = Record<string, unknown>;

const tides = "Tides are the rise and fall of the sea.";

/** One server for all examples: vLLM's endpoints, and a model that ignores `tool_choice`. */
function reply(request: WireRequest) {
  const body = request.json as Json;
  if (body.model === "breaks-its-calls") return breakCalls(body.messages as Json[]);
  if (body.model === "behind-litellm") return throughLiteLLM;
  const format = body.response_format as { json_schema: { schema: Json } } | undefined;
  if (format) return json(200, completion({ content: '{"city":"Rome"}' }, {}, { usage: counts(30, 6) }));
  const { choice } = (body.structured_outputs ?? {}) as { choice?: string[] };
  return saying(choice?.[0] ?? tides)(request);
}

const throughLiteLLM = json(200, completion({ content: tides }, {}, { usage: counts(10, 5) }), {
  headers: { "x-litellm-call-id": "1", "x-litellm-response-cost": "4e-05" },
});

/** Calls the weather tool with half of its arguments until it is told, and then with all of them. */
function breakCalls(messages: Json[]) {
  const results = messages.filter(({ role }) => role === "tool");
  if (results.length === 2) return json(200, completion({ content: String(results.at(-1)?.content) }));
  const args = results.length === 0 ? '{"city":"Ro' : '{"city":"Rome"}';
  const call = { id: `call_${results.length}`, type: "function", function: { name: "get_weather", arguments: args } };
  return json(200, completion({ content: "", tool_calls: [call] }, { finish_reason: "tool_calls" }));
}

/** What each example prints, in the page's order, and what of its last request matters. */
const EXAMPLES: [printed: unknown[], body: Json][] = [
  [
    [tides, { input_tokens: 10, output_tokens: 5, total_tokens: 15 }, "server"],
    { model: "qwen3-8b", messages: [{ role: "user", content: "What are tides?" }] },
  ],
  [
    ["yes"],
    {
      top_k: 20,
      chat_template_kwargs: { enable_thinking: false },
      structured_outputs: { choice: ["yes", "no"] },
      cache_salt: "b",
    },
  ],
  [[14, "server", "vLLM /tokenize"], {}],
  [[7, 4], {}],
  [[[["qwen3-8b", 32_768]], 32_768], {}],
  [[[["get_weather", { city: "Rome" }]], "schema"], { response_format: { type: "json_schema" } }],
  [[["human", "ai", "tool", "ai", "tool", "ai"], "18 C in Rome"], { model: "breaks-its-calls" }],
  [[{ city: "Rome" }], { response_format: { type: "json_schema", json_schema: { name: "City" } } }],
  [
    [tides],
    {
      messages: [
        { role: "system", content: "Be brief.\n\nIn French." },
        { role: "user", content: "What are tides?" },
      ],
    },
  ],
  [
    [{ total_ms: expect.any(Number), first_token_ms: expect.any(Number) }, expect.stringMatching(/^0\.0\d+$|^0$/)],
    { model: "qwen3-8b" },
  ],
  [["0.000105", "0.00004"], { model: "behind-litellm" }],
];

describe("the examples of docs/openllm.md", () => {
  let server: WireServer;
  let restore: () => void;

  beforeAll(async () => {
    server = (await startWireServer(reply))
      .on("GET /v1/models", json(200, { data: [{ id: "qwen3-8b", max_model_len: 32_768 }] }))
      .on("GET /props", json(404, {}))
      .on("POST /v1/chat/completions/input_tokens", json(404, { detail: "Not Found" }))
      .on("POST /tokenize", json(200, { count: 14, max_model_len: 32_768, tokens: [] }));
    restore = overrideEnvironment(/^(OPENLLM|OPEN_LLM)_/, { OPENLLM_BASE_URL: server.url });
  });

  afterAll(async () => {
    restore();
    await server.close();
  });

  const examples = docExamples("docs/openllm.md");

  it("are as many as are checked here", () => {
    expect(examples).toHaveLength(EXAMPLES.length);
  });

  it.each(examples.map((example, position) => ({ ...example, position })))(
    "$title",
    async ({ position, ...example }) => {
      const printed: unknown[] = [];
      // The first example names its server, which is not the one of this test.
      await runExample({ ...example, code: example.code.replace("http://localhost:8000", server.url) }, (value) =>
        printed.push(value),
      );
      const [expected, body] = EXAMPLES[position] ?? [];
      expect(printed).toEqual(expected);
      expect(server.requests.at(-1)?.json ?? {}).toMatchObject(body ?? {});
    },
  );
});
