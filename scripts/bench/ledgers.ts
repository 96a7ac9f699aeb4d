import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { ChatFireworks, CostCallbackHandler, JsonlLedger, type Ledger } from "../../src/index.js";
import { OtelLedger } from "../../src/otel.js";
import { PostgresLedger } from "../../src/postgres.js";
import { entries } from "../../tests/ledger/entries.js";
import { startPostgres } from "../simulate/budget/postgres_server.js";
import { inTurns } from "./budgets/rounds.js";
import { Worker } from "./processes.js";
import { SHORT } from "./prompts.js";
import { SHOWN_MODEL } from "../demo/shown_model.js";

const AIM = 1.02;
const COUNT = 20_000;
const ROUNDS = { rounds: 31, warmUp: 6, times: 100 };

const print = (line: string) => console.log(line);
const load = () => loadavg()[0]?.toFixed(1);

/** Prints how many entries a second a ledger takes, until all of them are where they belong. */
async function measureWriting(name: string, ledger: Ledger): Promise<void> {
  const made = entries(COUNT);
  const started = performance.now();
  for (const one of made) void ledger.record(one);
  await ledger.flush?.();
  const perSecond = (COUNT / (performance.now() - started)) * 1000;
  print(`${name.padEnd(38)}${perSecond.toFixed(0)} entries a second`);
}

/** Prints the CPU time of a call with each ledger, beside that of one without, against the same server. */
async function measureInvoke(url: string, ledgers: Readonly<Record<string, Ledger>>): Promise<void> {
  const ask = (ledger?: Ledger) => {
    const model = new ChatFireworks({
      model: SHOWN_MODEL,
      apiKey: "none",
      baseURL: `${url}/whole/0/v1`,
      maxTokens: 100,
      callbacks: [new CostCallbackHandler(ledger === undefined ? {} : { ledger })],
    });
    return () => model.invoke(SHORT);
  };
  const steps = Object.fromEntries(Object.entries(ledgers).map(([name, ledger]) => [name, ask(ledger)]));
  const figures = await inTurns({ none: ask(), ...steps }, ROUNDS);
  const without = figures.get("none") ?? Number.NaN;
  for (const [name, us] of figures) {
    const ratio = us / without;
    const verdict = name === "none" ? "" : `: ${ratio.toFixed(3)} (aim ${AIM}, ${ratio <= AIM ? "met" : "missed"})`;
    print(`${`invoke, ledger ${name}`.padEnd(38)}${us.toFixed(0)} us of CPU${verdict}`);
  }
}

print(`load average ${load()} before`);
const folder = mkdtempSync(join(tmpdir(), "ledgers-"));
const postgres = await startPostgres();
const server = await Worker.start("server.ts", []);
const pool = new pg.Pool({ connectionString: postgres.url });
try {
  const jsonl = new JsonlLedger(join(folder, "usage.jsonl"));
  const table = new PostgresLedger(pool, { maxPending: COUNT });
  await measureWriting("JSONL", jsonl);
  await measureWriting("PostgreSQL", table);
  await measureInvoke(String(server.greeting), { JSONL: jsonl, PostgreSQL: table, OpenTelemetry: new OtelLedger() });
  await table.close();
} finally {
  await pool.end();
  await server.end();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
print(`load average ${load()} after`);
