/**
 * What a night job tells the team: what the day cost, by model and user, and what is to be looked at. `npx tsx
 * examples/nightly_report.ts usage.jsonl 2026-12-01` reads a ledger of yours; without one it makes some calls first.
 */
import { given } from "./endpoint.js";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEntries, summarize, type LedgerEntry, type Summary } from "langchain-metered/callbacks";
import { writeSampleLedger } from "./sample_ledger.js";

/** The entries of a day (UTC), one after the other: the ledger may be of any size. */
async function* entriesOf(path: string, day: string): AsyncGenerator<LedgerEntry> {
  for await (const line of readEntries(path)) {
    if (line.kind === "entry" && line.entry.startedAt.startsWith(day)) yield line.entry;
  }
}

/** Which lines of the ledger are no entries, and why: a crash may have torn one. */
async function skippedLinesOf(path: string): Promise<string[]> {
  const skipped: string[] = [];
  for await (const line of readEntries(path)) {
    if (line.kind === "skipped") skipped.push(`Line ${line.line} is in no sum: ${line.reason}.`);
  }
  return skipped;
}

function table(title: string, { groups }: Summary): string {
  const rows = groups.map(({ key, calls, costUsd }) => {
    const cost = costUsd === undefined ? "unknown" : `$${costUsd}`;
    return `  ${key ?? "(none)"}: ${calls}, ${cost}`;
  });
  return [title, ...rows].join("\n");
}

async function report(path: string, day: string): Promise<void> {
  const byModel = await summarize(entriesOf(path, day), "model");
  const byUser = await summarize(entriesOf(path, day), "user");
  const { calls, costUsd, lowUsd, highUsd, unpricedCalls, estimatedCalls, errorCalls } = byModel.total;
  console.log(`${day}: ${calls} calls, $${costUsd ?? "unknown"}`);
  console.log(table("Calls and cost by model", byModel));
  console.log(table("Calls and cost by user", byUser));
  // Unknown is not zero: what the sum leaves out is said beside it.
  if (unpricedCalls > 0) console.log(`${unpricedCalls} calls have no price, and are in no sum.`);
  if (estimatedCalls > 0) console.log(`${estimatedCalls} calls are estimates: between $${lowUsd} and $${highUsd}.`);
  if (errorCalls > 0) console.log(`${errorCalls} calls failed.`);
  for (const line of await skippedLinesOf(path)) console.log(line);
}

const today = new Date().toISOString().slice(0, 10);
const [path, day = today] = given;
if (path === undefined) {
  const folder = mkdtempSync(join(tmpdir(), "nightly-"));
  await writeSampleLedger(join(folder, "usage.jsonl"));
  await report(join(folder, "usage.jsonl"), today);
  rmSync(folder, { recursive: true });
} else await report(path, day);
