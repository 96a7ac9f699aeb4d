import { afterAll, beforeAll, expect } from "@jest/globals";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";
import { echo } from "../providers/fireworks/embeddings/setup.js";
import { whole } from "../providers/fireworks/setup.js";
import { overrideEnvironment } from "../support/environment.js";
import { testAskingExamples } from "../support/page_examples.js";
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

testAskingExamples("docs/embeddings.md", EXAMPLES, () => server);
