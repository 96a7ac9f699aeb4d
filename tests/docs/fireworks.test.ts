import { readFileSync } from "node:fs";
import { beforeEach, expect, it } from "@jest/globals";
import { json } from "../support/wire_script.js";
import { runExample } from "../support/doc_examples.js";
import { testAskingExamples } from "../support/page_examples.js";
import { useFireworks } from "../support/use_fireworks.js";
import { echo } from "../providers/fireworks/embeddings/setup.js";
import { streamed, USAGE, whole } from "../providers/fireworks/setup.js";
import { pieces, shownAnswer, TIDES } from "../support/shown_answers.js";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";

type Body = Record<string, unknown>;

const usage = { ...USAGE, prompt_tokens_details: { cached_tokens: 10 } };

/** Answers as Fireworks would: refuses large requests that are not streamed, thinks, obeys a grammar. */
function reply(request: { json: unknown }) {
  const body = request.json as Body; // only requests of the examples come here
  const { model } = body;
  const { text = "Once.", call } = shownAnswer(body) ?? {};
  if (body.stream === true)
    return streamed(
      pieces(text).map((content) => ({ content })),
      { usage, model },
    );
  if (Number(body.max_tokens) > 4_096)
    return json(400, { error: { message: "Requests with max_tokens > 4096 must have stream=true" } });
  if (body.response_format) return whole({ content: "yes" }, { model, usage });
  if (call) return whole({ content: null, tool_calls: [toCall(call)] }, { model, usage });
  return whole({ reasoning_content: "Think.", content: text }, { model, usage });
}

const toCall = ({ name, arguments: args }: { name: string; arguments: Body }) => ({
  id: "call_1",
  type: "function",
  function: { name, arguments: JSON.stringify(args) },
});

const counted = {
  input_tokens: 35,
  output_tokens: 9,
  total_tokens: 44,
  input_token_details: { cache_read: 10 },
};

/** What each example prints, in the page's order, and what of its request matters. */
const EXAMPLES: [printed: unknown[], body: Body][] = [
  [[SHOWN_MODEL, 1_000_000], {}],
  [
    [TIDES, counted, "0.0000093"],
    { model: SHOWN_MODEL, temperature: 0, max_tokens: 200, messages: [{ role: "system" }, { role: "user" }] },
  ],
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
    { messages: [{ role: "user" }, { role: "assistant" }, { role: "tool", tool_call_id: "call_1" }] },
  ],
  [["Pacific", 4280], { tool_choice: { function: { name: "extract" } } }],
  [["yes"], { response_format: { type: "grammar", grammar: 'root ::= "yes" | "no"' } }],
  [
    ["priced"],
    {
      messages: [
        {
          role: "user",
          content: [{ type: "text" }, { type: "image_url", image_url: { url: "https://example.com/tides.png" } }],
        },
      ],
    },
  ],
  [[counted, "server", "priced", "0.0000093", 1, "0.0000093"], { model: SHOWN_MODEL }],
  [["0.0000088", "priced"], { model: "accounts/acme/deployments/tides" }],
  [["stop"], { model: "kimi-k3", max_tokens: 32_000, stream: true }],
  [["reasoning", "text"], { reasoning_effort: "low" }],
  [[10], { prompt_cache_isolation_key: "tenant-7" }],
  [[TIDES], { prompt_cache_key: "73475cb40a568e8da8a045ced110137e159f890ac4da883b6b17dc651b3a8049" }],
  [["environment=prod: 1", "team=ads: 1", "team=search: 1"], { model: SHOWN_MODEL }],
];

const server = useFireworks(reply).on("/v1/embeddings", echo);

beforeEach(() => {
  server.requests.length = 0;
});

testAskingExamples("docs/fireworks.md", EXAMPLES, () => server);

/** The example in a class's own comment, its last line printed. */
function exampleOf(file: string): string {
  const [, block = ""] =
    /```ts\n([^]*?)```/.exec(readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), "utf8")) ?? [];
  const lines = block
    .split("\n")
    .map((line) => line.replace(/^ \* ?/, ""))
    .filter((line) => line.trim() !== "");
  const last = lines.pop()?.replace(/;.*/, "");
  return [
    'import { ChatFireworks, FireworksEmbeddings } from "langchain-metered";',
    ...lines,
    `console.log(${last});`,
  ].join("\n");
}

it.each([
  ["providers/fireworks/chat", "0.0000093"],
  ["providers/fireworks/embeddings/fireworks", "0.2"],
])("the example in the comment of src/%s.ts runs", async (file, cost) => {
  const printed: unknown[] = [];
  await runExample({ title: file, code: exampleOf(file) }, (value) => printed.push(value));
  expect(printed).toEqual([cost]);
});
