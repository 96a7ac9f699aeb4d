import { afterAll, beforeAll, expect } from "@jest/globals";
import { overrideEnvironment } from "../support/environment.js";
import { testAskingExamples } from "../support/page_examples.js";
import { recording, replay } from "../support/recordings.js";
import { pieces, shownAnswer, TIDES } from "../support/shown_answers.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { json, ndjson, type Script } from "../support/wire_script.js";
import { last, line } from "../wires/ollama/support.js";

type Json = Record<string, unknown>;

/** What the models of the examples say that are asked what no other page asks. */
const MESSAGES: readonly [question: string, message: Json][] = [
  ["How many r are in strawberry?", { thinking: "s-t-r-a-w...", content: "Three." }],
  ["What is the weather in Oslo?", { content: '{"name":"get_weather","arguments":{"city":"Oslo"}}' }],
];

function reply(request: { json: unknown }): Script {
  const body = request.json as Json; // only requests of the examples come here
  const [, message] = MESSAGES.find(([question]) => JSON.stringify(body).includes(question)) ?? [];
  if (message) return json(200, last({}, message));
  const { text, call } = shownAnswer(body) ?? { text: "" };
  if (body.stream === true) return ndjson([...pieces(text).map((content) => line({ content })), last()]);
  return json(200, last({}, { content: text, ...(call ? { tool_calls: [{ function: call }] } : {}) }));
}

/** A model that sees, and one that does not. */
function show(request: { json: unknown }): Script | Promise<Script> {
  const { model } = request.json as Json; // what a request for a model's facts has
  if (model === "gemma3") return json(200, { capabilities: ["completion", "vision"], model_info: {} });
  return replay(recording("ollama", "show"));
}

const counted = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };

/** What each example prints, in the page's order, and what of its last request matters. */
const EXAMPLES: [printed: unknown[], body: Json][] = [
  [["ChatOllamaLite", "llama3.2"], {}],
  [[TIDES, counted, "0"], { model: "llama3.2", options: { num_ctx: 8192, seed: 7 } }],
  [["Tides are ", "the rise and fall of the sea.", counted, TIDES], { stream: true }],
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
    {
      messages: [
        { role: "user" },
        { role: "assistant", tool_calls: [{ function: { name: "get_weather", arguments: { city: "Paris" } } }] },
        { role: "tool", tool_name: "get_weather", content: "21 C in Paris" },
      ],
    },
  ],
  [[{ city: "Oslo" }], { format: { required: ["name", "arguments"] } }],
  [["Pacific"], { format: { required: ["name", "depth"] } }],
  [
    ["A single pixel."],
    { messages: [{ content: "What is in the picture?", images: [expect.stringMatching(/^iVBOR/)] }] },
  ],
  [[counted, "server", "free", "0", 1, "0"], { model: "llama3.2" }],
  [["s-t-r-a-w...", "Three."], { think: true }],
  [[2048, true, "tiny:latest", "pulling manifest", "success"], { name: "llama3.2" }],
];

let server: WireServer;
let restore: () => void;

beforeAll(async () => {
  server = (await startWireServer(reply))
    .on("/api/show", show)
    .on("/api/tags", replay(recording("ollama", "tags")))
    .on("/api/pull", ndjson([{ status: "pulling manifest" }, { status: "success" }]));
  restore = overrideEnvironment(/^OLLAMA_/, { OLLAMA_HOST: server.url });
});

afterAll(async () => {
  restore();
  await server.close();
});

testAskingExamples("docs/ollama.md", EXAMPLES, () => server);
