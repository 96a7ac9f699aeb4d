import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { trace } from "@opentelemetry/api";
import { fieldsOf, itemsOf } from "../../src/base/json.js";
import { readFileSync } from "node:fs";
import { ChatFireworks, CostCallbackHandler } from "../../src/index.js";
import { PostgresLedger } from "../../src/postgres.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { useGuideServer } from "../support/guide_server.js";
import { startLangSmith, type LangSmithServer } from "../support/langsmith_server.js";
import { useWireServer } from "../support/use_server.js";
import { usePostgres } from "../support/use_postgres.js";
import { json } from "../support/wire_script.js";

const PAGE = "docs/tracing.md";
useGuideServer();
/** Whoever takes spans: Langfuse, MLflow, a collector. */
const receiver = useWireServer(json(200, {}));
const postgres = usePostgres();
let langsmith: LangSmithServer;
let restore: () => void;

beforeAll(async () => {
  langsmith = await startLangSmith();
  restore = overrideEnvironment(/^(LANGSMITH|LANGCHAIN|LANGFUSE|OTEL)_/, {
    LANGSMITH_ENDPOINT: langsmith.url,
    LANGSMITH_API_KEY: "dummy",
    LANGFUSE_PUBLIC_KEY: "pk",
    LANGFUSE_SECRET_KEY: "sk",
    LANGFUSE_BASE_URL: receiver.url,
  });
});
afterAll(async () => {
  trace.disable();
  restore();
  await langsmith.close();
});

/** Runs the example under a heading, with spans that go to the test's receiver. Returns what it printed. */
async function printedBy(heading: string): Promise<unknown[]> {
  const example = docExamples(PAGE).find(({ title }) => title.startsWith(`${PAGE}: ${heading} (`));
  if (example === undefined) throw new Error(`There is no example under \`${heading}\`.`);
  const printed: unknown[] = [];
  const code = example.code.replace(/http:\/\/localhost:\d+/, receiver.url);
  await runExample({ ...example, code }, (value) => printed.push(value));
  return printed;
}

/** The attributes of the spans that have arrived since it was asked last, and the requests that brought them. */
function arrived() {
  const requests = receiver.requests.splice(0);
  const inside = (values: readonly unknown[], key: string) => values.flatMap((value) => itemsOf(fieldsOf(value)[key]));
  const bodies = requests.map((request) => JSON.parse(request.body.toString("utf8")) as unknown);
  const spans = inside(inside(inside(bodies, "resourceSpans"), "scopeSpans"), "spans").map((span) =>
    Object.fromEntries(
      itemsOf(fieldsOf(span).attributes).map((attribute) => {
        const { key, value } = fieldsOf(attribute);
        return [String(key), Object.values(fieldsOf(value))[0]];
      }),
    ),
  );
  return { requests, spans };
}

describe("the examples of docs/tracing.md", () => {
  it("are those that are tried here", () => {
    const headings = docExamples(PAGE).map(({ title }) => title.replace(/^.*: (\w+) \(\d+\)$/, "$1"));
    expect(headings).toEqual(["LangSmith", "Langfuse", "MLflow", "Grafana"]);
  });

  it("LangSmith: the run has its cost", async () => {
    expect(await printedBy("LangSmith")).toEqual(["0.00045"]);
    await langsmith.flush();
    const { extra } = langsmith.only("llm");
    expect(extra?.metadata?.usage_metadata).toMatchObject({ total_tokens: 1500, total_cost: 0.00045 });
    expect(extra?.metadata).toMatchObject({ metered_usage_source: "server", metered_cost_status: "priced" });
  });

  it("Langfuse: the generation has its cost", async () => {
    expect(await printedBy("Langfuse")).toEqual(["0.00045"]);
    const [details] = arrived().spans.flatMap((span) => span["langfuse.observation.cost_details"] ?? []);
    expect(JSON.parse(String(details))).toMatchObject({ total: 0.00045 });
  });

  it("Grafana: a span of each call has its cost", async () => {
    expect(await printedBy("Grafana")).toEqual(["0.00045"]);
    const { requests, spans } = arrived();
    expect(requests.map(({ path }) => path)).toEqual(["/v1/traces"]);
    expect(spans.map((span) => span["gen_ai.usage.cost"])).toEqual([0.00045]);
  });

  it("Grafana: the panel of the ledger is a query that PostgreSQL takes", async () => {
    const pool = postgres.pool();
    const ledger = new PostgresLedger(pool);
    const model = new ChatFireworks("kimi-k3", { costs: new CostCallbackHandler({ ledger }) });
    await model.invoke("What are tides?", { metadata: { user: "ann" } });
    await model.invoke("What are tides?", { metadata: { user: "bob" } });
    await ledger.flush();
    const [, sql = ""] = /```sql\n([^`]*)```/.exec(readFileSync(PAGE, "utf8")) ?? [];
    const query = sql
      .replace("$__timeFilter(started_at)", "started_at > now() - interval '1 day'")
      .replace(`\${user:sqlstring}`, "'ann'");
    const { rows } = await pool.query(query);
    expect(rows).toEqual([{ time: expect.any(Date), model: "kimi-k3", usd: expect.stringMatching(/^0\.01050*$/) }]);
    await ledger.close();
  });

  // The last one: from then on an instrumentation hears of every run of this process.
  it("MLflow: the span has its cost, under its name and under OpenInference's", async () => {
    expect(await printedBy("MLflow")).toEqual(["0.00045"]);
    await awaitAllCallbacks();
    const { requests, spans } = arrived();
    expect(requests.map(({ path, headers }) => [path, headers["x-mlflow-experiment-id"]])).toEqual([
      ["/v1/traces", "1"],
    ]);
    expect(JSON.parse(String(spans[0]?.["mlflow.llm.cost"]))).toMatchObject({ total_cost: 0.00045 });
    expect(spans[0]?.["llm.cost.total"]).toBe(0.00045);
    expect(JSON.parse(String(spans[0]?.["metadata"]))).toMatchObject({
      metered_cost_low_usd: "0.00045",
      metered_cost_high_usd: "0.00045",
    });
  });
});
