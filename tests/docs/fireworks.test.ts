import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { echo } from "../providers/fireworks/embeddings/setup.js";
import { json } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { streamed, USAGE, whole } from "../providers/fireworks/setup.js";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";

type Body = Record<string, unknown>;

const usage = { ...USAGE, prompt_tokens_details: { cached_tokens: 10 } };

/** Answers as Fireworks would: refuses large requests that are not streamed, thinks, obeys a grammar. */
function reply(request: { json: unknown }) {
  const body = request.json as Body; // only requests of the examples come here
  const { model } = body;
  if (body.stream === true) return streamed([{ content: "Once." }], { usage, model });
  if (Number(body.max_tokens) > 4_096)
    return json(400, { error: { message: "Requests with max_tokens > 4096 must have stream=true" } });
  if (body.response_format) return whole({ content: "yes" }, { model, usage });
  return whole({ reasoning_content: "Think.", content: "Tides are the sea rising and falling." }, { model, usage });
}

/** The second document is the best, of a million tokens. */
const RANKING = json(200, {
  data: [
    { index: 1, relevance_score: 0.9 },
    { index: 0, relevance_score: 0.4 },
  ],
  usage: { prompt_tokens: 1_000_000, total_tokens: 1_000_000 },
});

/** What each example prints, in the page's order, and what of its request matters. */
const EXAMPLES: [printed: unknown[], body: Body][] = [
  [
    [
      "Tides are the sea rising and falling.",
      expect.objectContaining({ input_tokens: 35, output_tokens: 9 }),
      "0.0000093",
    ],
    { model: SHOWN_MODEL, temperature: 0, max_tokens: 200 },
  ],
  [["0.0000088", "priced"], { model: "accounts/acme/deployments/tides" }],
  [["stop"], { model: "kimi-k3", max_tokens: 32_000, stream: true }],
  [["reasoning", "text"], { reasoning_effort: "low" }],
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
  [[10], { prompt_cache_isolation_key: "tenant-7" }],
  [
    ["Tides are the sea rising and falling."],
    { prompt_cache_key: "73475cb40a568e8da8a045ced110137e159f890ac4da883b6b17dc651b3a8049" },
  ],
  [["environment=prod: 1", "team=ads: 1", "team=search: 1"], { model: SHOWN_MODEL }],
  [
    [
      2,
      {
        "fireworks/accounts/fireworks/models/qwen3-embedding-8b": expect.objectContaining({ calls: 1, costUsd: "0.2" }),
        [`fireworks/${SHOWN_MODEL}`]: expect.objectContaining({ calls: 1 }),
      },
    ],
    { model: SHOWN_MODEL },
  ],
  [["Low tide is at six.", 0.9, "0.2"], { query: "When is the tide low?", top_n: 1 }],
];

describe("the examples of docs/fireworks.md", () => {
  let server: WireServer;
  let restore: () => void;

  beforeAll(async () => {
    server = (await startWireServer(reply)).on("/v1/embeddings", echo).on("/v1/rerank", RANKING);
    restore = overrideEnvironment(/^FIREWORKS_/, {
      FIREWORKS_API_KEY: "fw_not_a_key",
      FIREWORKS_API_BASE: `${server.url}/v1`,
    });
  });

  afterAll(async () => {
    restore();
    await server.close();
  });

  beforeEach(() => {
    server.requests.length = 0;
  });

  const examples = docExamples("docs/fireworks.md");

  it("are as many as are checked here", () => {
    expect(examples).toHaveLength(EXAMPLES.length);
  });

  it.each(examples.map((example, position) => ({ ...example, position })))(
    "$title",
    async ({ position, ...example }) => {
      const printed: unknown[] = [];
      await runExample(example, (value) => printed.push(value));
      const [expected, body] = EXAMPLES[position] ?? [];
      expect(printed).toEqual(expected);
      expect(server.requests.at(-1)?.json).toMatchObject(body ?? {});
    },
  );

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
  ])("so do those in the comments of src/%s.ts", async (file, cost) => {
    const printed: unknown[] = [];
    await runExample({ title: file, code: exampleOf(file) }, (value) => printed.push(value));
    expect(printed).toEqual([cost]);
  });
});
