import { afterAll, beforeAll, expect } from "@jest/globals";
import { chunk, completion, counts, end, saying, spent } from "../support/completions.js";
import { overrideEnvironment } from "../support/environment.js";
import { testAskingExamples } from "../support/page_examples.js";
import { pieces, shownAnswer, TIDES } from "../support/shown_answers.js";
import { json, sse } from "../support/wire_script.js";
import type { WireRequest } from "../support/wire_request.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

type Json = Record<string, unknown>;

/** One server for all examples: vLLM's endpoints, and a model that ignores `tool_choice`. */
function reply(request: WireRequest) {
  const body = request.json as Json;
  if (body.model === "breaks-its-calls") return breakCalls(body.messages as Json[]);
  if (body.model === "behind-litellm") return throughLiteLLM;
  const { text = TIDES, call } = shownAnswer(body) ?? {};
  if (call) return json(200, completion({ content: "", tool_calls: [toCall(call)] }, { finish_reason: "tool_calls" }));
  if (body.stream === true) return sse([...pieces(text).map((content) => chunk({ content })), end(), spent(10, 5)]);
  const format = body.response_format as { json_schema: { schema: Json } } | undefined;
  if (format) return json(200, completion({ content: '{"city":"Rome"}' }, {}, { usage: counts(30, 6) }));
  const { choice } = (body.structured_outputs ?? {}) as { choice?: string[] };
  return saying(choice?.[0] ?? text)(request);
}

const toCall = ({ name, arguments: args }: { name: string; arguments: Json }) => ({
  id: "call_1",
  type: "function",
  function: { name, arguments: JSON.stringify(args) },
});

const counted = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };

const throughLiteLLM = json(200, completion({ content: TIDES }, {}, { usage: counts(10, 5) }), {
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
  [["ChatOpenLLM", "qwen3-8b"], {}],
  [[TIDES, counted, "server"], { model: "qwen3-8b", messages: [{ role: "user", content: "What are tides?" }] }],
  [
    ["Tides are ", "the rise and fall of the sea.", counted, TIDES],
    { stream: true, stream_options: { include_usage: true } },
  ],
  [
    [TIDES, 1],
    {
      messages: [
        { role: "system", content: "Answer in English." },
        { role: "user", content: "What are tides?" },
      ],
    },
  ],
  [
    [["human", "ai", "tool", "ai"], "It is 21 C in Paris.", 2],
    { messages: [{ role: "user" }, { role: "assistant" }, { role: "tool", tool_call_id: "call_1" }] },
  ],
  [["Pacific", 4280], { tool_choice: "required" }],
  [[{ city: "Rome" }], { response_format: { type: "json_schema", json_schema: { name: "City" } } }],
  [
    ["A single pixel."],
    {
      model: "qwen3-vl-8b",
      messages: [
        {
          content: [
            { type: "text" },
            { type: "image_url", image_url: { url: expect.stringMatching(/^data:image\/png;base64,iVBOR/) } },
          ],
        },
      ],
    },
  ],
  [[counted, "server", "free", "0", 1, "0"], { model: "qwen3-8b" }],
  [
    [{ total_ms: expect.any(Number), first_token_ms: expect.any(Number) }, expect.stringMatching(/^0\.0\d+$|^0$/)],
    { model: "qwen3-8b" },
  ],
  [["0.000105", "0.00004"], { model: "behind-litellm" }],
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
  [
    [TIDES],
    {
      messages: [
        { role: "system", content: "Be brief.\n\nIn French." },
        { role: "user", content: "What are tides?" },
      ],
    },
  ],
];

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

// The first example names its server, which is not the one of this test.
testAskingExamples(
  "docs/openllm.md",
  EXAMPLES,
  () => server,
  ({ title, code }) => ({
    title,
    code: code.replace("http://localhost:8000", server.url),
  }),
);
