import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";
import { echo } from "../providers/fireworks/embeddings/setup.js";
import { whole } from "../providers/fireworks/setup.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { json } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

/** The second document is the best, of a million tokens. */
const RANKING = json(200, {
  data: [
    { index: 1, relevance_score: 0.9 },
    { index: 0, relevance_score: 0.4 },
  ],
  usage: { prompt_tokens: 1_000_000, total_tokens: 1_000_000 },
});

const EMBEDDER = "accounts/fireworks/models/qwen3-embedding-8b";

/** What each example prints, in the page's order, and what of its last request matters. */
const EXAMPLES: [printed: unknown[], body: object][] = [
  [[EMBEDDER], {}],
  [["Low tide is at six.", 2], { model: EMBEDDER, input: ["When is the tide low?"] }],
  [[3, true, 3], { input: ["What is a neap tide?"] }],
  [["Low tide is at six.", 0.9, "0.2"], { query: "When is the tide low?", top_n: 1 }],
  [
    [
      2,
      {
        [`fireworks/${EMBEDDER}`]: expect.objectContaining({ calls: 1, costUsd: "0.2" }),
        [`fireworks/${SHOWN_MODEL}`]: expect.objectContaining({ calls: 1, costUsd: "0.00001065" }),
      },
    ],
    { model: SHOWN_MODEL },
  ],
];

describe("the examples of docs/embeddings.md", () => {
  let server: WireServer;
  let restore: () => void;

  beforeAll(async () => {
    server = (await startWireServer(whole(undefined, { model: SHOWN_MODEL })))
      .on("/v1/embeddings", echo)
      .on("/v1/rerank", RANKING);
    restore = overrideEnvironment(/^FIREWORKS_/, {
      FIREWORKS_API_KEY: "fw_not_a_key",
      FIREWORKS_API_BASE: `${server.url}/v1`,
    });
  });

  afterAll(async () => {
    restore();
    await server.close();
  });

  const examples = docExamples("docs/embeddings.md");

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
      expect(server.requests.at(-1)?.json ?? {}).toMatchObject(body ?? {});
    },
  );
});
