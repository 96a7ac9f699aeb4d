import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { echo } from "../providers/fireworks/embeddings/setup.js";
import { whole } from "../providers/fireworks/setup.js";
import { runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { PublicApi, publicClasses } from "../support/public_api.js";
import { usePostgres } from "../support/use_postgres.js";
import { useWireServer } from "../support/use_server.js";
import { json, text } from "../support/wire_script.js";

/** What the last line of each class's example is worth. Fireworks counts a million tokens in each text, the rest is canned. */
const WORTH: Record<string, unknown> = {
  Budget: "0.0000042",
  ChatFireworks: "0.0000042",
  ChatOllamaLite: "0",
  ChatOpenLLM: { input_tokens: 12, output_tokens: 4, total_tokens: 16 },
  CloudEventsLedger: 0,
  CostCallbackHandler: "0.0000042",
  CostSpanProcessor: 0.0105,
  FireworksEmbeddings: "0.2",
  FireworksRerank: "0.2",
  FocusTable: "1.2",
  JsonlLedger: 1,
  MemoryLedger: "0.0000042",
  MeteredChatModel: ["0", "0"],
  MeteredError: undefined,
  OtelLedger: 1,
  PostgresLedger: 1,
  StripeMeterLedger: 0,
};

const api = new PublicApi();

/** Where an example imports a public name from. */
const entryOf = new Map(
  api.names.map(({ name, entries }) => [name, entries.includes("index") ? "" : `/${entries[0]}`]),
);

/** An example as a whole program, which prints what its last line is worth. */
function program(example: string): string {
  const lines = example.split("\n");
  const last = (lines.pop() ?? "").replace(/; *(\/\/.*)?$/, "");
  const words = new Set(example.match(/\b[A-Za-z]\w+\b/g));
  const imports = [...words]
    .filter((word) => entryOf.has(word))
    .map((word) => `import { ${word} } from "langchain-metered${entryOf.get(word)}";`);
  return [...imports, ...lines, `console.log(${last});`].join("\n");
}

describe("the example in the comment of", () => {
  const postgres = usePostgres();
  const receiver = useWireServer(text(200, "{}"));
  const fireworks = useWireServer(({ json: body }) =>
    (body as { model: string }).model.endsWith("/none-of-this-name")
      ? json(404, { error: { message: "Model not found" } })
      : whole({ content: "Twice a day." }, { usage: { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 } }),
  );
  const folder = mkdtempSync(join(tmpdir(), "metered-examples-"));
  const close: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];

  beforeAll(async () => {
    const canned = await startCannedServer();
    fireworks
      .on("/v1/models", json(200, { data: [{ id: "tides" }] }))
      .on("/v1/embeddings", echo)
      .on(
        "/v1/rerank",
        json(200, {
          data: [{ index: 1, relevance_score: 0.9 }],
          usage: { prompt_tokens: 1_000_000, total_tokens: 1_000_000 },
        }),
      );
    const { host, port } = postgres.address;
    close.push(
      () => canned.close(),
      overrideEnvironment(/^(FIREWORKS|OPENLLM|OPEN_LLM|OLLAMA|OPENMETER|STRIPE|DATABASE)_/, {
        FIREWORKS_API_KEY: "not-a-key",
        FIREWORKS_API_BASE: `${fireworks.url}/v1`,
        OPENLLM_BASE_URL: `${fireworks.url}/v1`,
        OLLAMA_HOST: canned.url,
        OPENMETER_URL: `${receiver.url}/api/v1/events`,
        STRIPE_METER_URL: `${receiver.url}/v1/billing/meter_events`,
        STRIPE_API_KEY: "not-a-key",
        DATABASE_URL: `postgres://postgres@${host}:${port}/postgres`,
      }),
    );
  }, 60_000);

  afterAll(async () => {
    await Promise.all(close.map((end) => end()));
  });

  const classes = publicClasses(api).filter(({ example }) => example !== undefined);

  it("each class is run", () => {
    expect(classes.map(({ name }) => name).toSorted()).toEqual(Object.keys(WORTH).toSorted());
  });

  it.each(classes)("$name runs", async ({ name, example = "" }) => {
    const ledger = join(folder, `${name}.jsonl`);
    if (name === "FocusTable") writeFileSync(ledger, "");
    const code = program(example)
      .replaceAll('"usage.jsonl"', JSON.stringify(ledger))
      .replaceAll('"spill.jsonl"', JSON.stringify(join(folder, "spill.jsonl")))
      .replaceAll('"http://localhost:8000"', JSON.stringify(fireworks.url));
    const printed: unknown[] = [];
    await runExample({ title: name, code }, (value) => printed.push(value));
    expect(printed.at(-1)).toEqual(WORTH[name]);
  });
});
