/**
 * Whether the bill agrees with the ledger, and what is likely behind a difference. `npx tsx examples/reconcile.ts usage.jsonl bill.csv`
 * compares yours; without them it makes some calls, and a bill that charges 5 % more for them. The exit code is 1 where they differ.
 */
import { given } from "./endpoint.js";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseBill, reconcile, type Bill } from "langchain-metered/bill";
import { readEntries, readLedger, summarize, type LedgerEntry } from "langchain-metered/callbacks";
import { writeSampleLedger } from "./sample_ledger.js";

async function* entriesOf(path: string): AsyncGenerator<LedgerEntry> {
  for await (const line of readEntries(path)) if (line.kind === "entry") yield line.entry;
}

/** A bill in the form of Fireworks' export of costs, at prices that are 5 % above those that the ledger was priced by. */
async function dearerBill(ledger: string): Promise<Bill> {
  const { entries } = await readLedger(ledger);
  const paid = entries.filter(({ provider }) => provider === "fireworks");
  const day = paid[0]?.endedAt.slice(0, 10);
  const billed = (Number(summarize(paid, "model").total.costUsd) * 1.05).toFixed(12);
  return parseBill(
    `date,group_by_dimension,group_by_value,subtotal_usd,currency\n${day},model,minimax-m3p1-flash,${billed},USD\n`,
  );
}

async function compare(ledger: string, bill: Bill): Promise<void> {
  const { ok, oursUsd, billUsd, differenceUsd, lines, causes } = await reconcile(entriesOf(ledger), bill);
  console.log(`ours $${oursUsd}, theirs $${billUsd}, difference $${differenceUsd}`);
  for (const line of lines) if (!line.ok) console.log(`${line.day} ${line.model} differs`);
  for (const { kind, text } of causes) console.log(`${kind}: ${text}`);
  if (!ok) process.exitCode = 1;
}

const [ledger, bill] = given;
if (ledger !== undefined) {
  if (bill === undefined) throw new Error("Which bill? Name its file after the ledger's.");
  await compare(ledger, await parseBill(readFileSync(bill, "utf8")));
} else {
  const folder = mkdtempSync(join(tmpdir(), "reconcile-"));
  const path = join(folder, "usage.jsonl");
  await writeSampleLedger(path);
  await compare(path, await dearerBill(path));
  rmSync(folder, { recursive: true });
}
