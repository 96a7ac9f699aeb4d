import { expect } from "@jest/globals";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";
import { echo } from "../providers/fireworks/embeddings/setup.js";
import { whole } from "../providers/fireworks/setup.js";
import { testAskingExamples } from "../support/page_examples.js";
import { useFireworks } from "../support/use_fireworks.js";
import { json } from "../support/wire_script.js";

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

const server = useFireworks(whole(undefined, { model: SHOWN_MODEL }))
  .on("/v1/embeddings", echo)
  .on("/v1/rerank", RANKING);

testAskingExamples("docs/embeddings.md", EXAMPLES, () => server);
