/**
 * What it takes to sum up a ledger: `npx tsx scripts/bench/summary.ts`, or with another number of entries than a million. Seconds
 * of the clock and of the processor, and the most memory that the process had.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "../../src/cli/main.js";
import { sampleEntries } from "../report/sample_entries.js";

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function writeLedger(path: string, calls: number): Promise<void> {
  const file = createWriteStream(path);
  for (const entry of sampleEntries({ calls, days: 90, users: 5000, from: "2026-09-01T00:00:00Z" }))
    if (!file.write(`${JSON.stringify(entry)}\n`)) await once(file, "drain");
  file.end();
  await once(file, "finish");
}

/** In a process of its own, whose memory is that of the work. */
async function measure(name: string, args: string[]): Promise<void> {
  const started = performance.now();
  await main(["report", ...args], { out: () => undefined, err: print });
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const [wall, cpu] = [(performance.now() - started) / 1000, (userCPUTime + systemCPUTime) / 1e6];
  print(`${name.padEnd(8)}${wall.toFixed(1)} s, CPU ${cpu.toFixed(1)} s, at most ${Math.round(maxRSS / 1024)} MiB`);
}

const [first = "1000000", ledger, format] = process.argv.slice(2);
if (ledger !== undefined && format !== undefined)
  await measure(format, format === "page" ? [ledger, "--html", `${ledger}.html`] : [ledger, "--by", "model"]);
else {
  const folder = mkdtempSync(join(tmpdir(), "summary-"));
  try {
    const path = join(folder, "usage.jsonl");
    await writeLedger(path, Number(first));
    for (const work of ["table", "page"]) await once(fork(fileURLToPath(import.meta.url), [first, path, work]), "exit");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
