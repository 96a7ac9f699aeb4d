import { counted } from "../base/counted.js";
import type { ComparedModel } from "../bill/compare.js";
import { shortName } from "../bill/model_names.js";
import type { Reconciliation } from "../bill/reconcile.js";
import { textTable } from "./text_table.js";

const HEADER = ["day", "model", "calls", "ours", "low to high", "theirs", "difference", "only", ""];

/** A comparison for people: a table by day and model, the likely causes, and what else is to be known. */
export function reconcileText(result: Reconciliation, tolerance: string): string[] {
  const { lines, causes, notes, ok } = result;
  const total = ["total", "", String(lines.reduce((sum, { calls }) => sum + calls, 0)), ...amounts(result)];
  const rows = [
    ...lines.map(cells),
    [...total, only(result.onlyOurs, result.onlyTheirs, "lines"), ok ? "" : "differs"],
  ];
  return [
    ...textTable(HEADER, rows),
    ...(causes.length === 0 ? [] : ["", "Likely causes:", ...causes.map(({ text }) => `- ${text}`)]),
    ...(lines.some(hasTokens) ? ["", ...tokenTable(lines.filter(hasTokens))] : []),
    ...(notes.length === 0 ? [] : ["", ...notes]),
    "",
    verdict(result, tolerance),
  ];
}

type Amounts = Pick<ComparedModel, "oursUsd" | "lowUsd" | "highUsd" | "billUsd" | "differenceUsd">;

function cells(line: ComparedModel): string[] {
  const { day, model, calls, side, callsOnlyOurs, callsOnlyTheirs, ok } = line;
  const where = side === "both" ? only(callsOnlyOurs, callsOnlyTheirs, "calls") : side;
  return [
    day,
    model === null ? "(no model)" : shortName(model),
    String(calls),
    ...amounts(line),
    where,
    ok ? "" : "differs",
  ];
}

function amounts({ oursUsd, lowUsd, highUsd, billUsd, differenceUsd }: Amounts): string[] {
  const isOne = lowUsd === oursUsd && highUsd === oursUsd;
  const range = oursUsd === null || isOne ? "-" : `${usd(lowUsd)} to ${usd(highUsd)}`;
  return [usd(oursUsd), range, usd(billUsd), signed(differenceUsd)];
}

function usd(amount: string | null): string {
  if (amount === null) return "?";
  return amount.startsWith("-") ? `-$${amount.slice(1)}` : `$${amount}`;
}

function signed(amount: string | null): string {
  return amount === null || amount === "0" || amount.startsWith("-") ? usd(amount) : `+${usd(amount)}`;
}

function only(ours: number, theirs: number, what: string): string {
  const parts = [ours > 0 && `${ours} ${what} ours`, theirs > 0 && `${theirs} ${what} theirs`];
  return parts.filter((part) => part !== false).join(", ");
}

function hasTokens({ billLowUsd }: ComparedModel): boolean {
  return billLowUsd !== undefined;
}

/** Of a bill of quantities: its tokens, and its dollars where all input was cached, and where none was. */
function tokenTable(lines: readonly ComparedModel[]): string[] {
  return textTable(
    ["day", "model", "input", "theirs", "output", "theirs", "theirs in dollars"],
    lines.map((line) => [
      line.day,
      shortName(line.model ?? "(no model)"),
      String(line.inputTokens),
      String(line.billInputTokens ?? 0),
      String(line.outputTokens),
      String(line.billOutputTokens ?? 0),
      `${usd(line.billLowUsd ?? null)} to ${usd(line.billHighUsd ?? null)}`,
    ]),
  );
}

function verdict({ ok, lines, days, models, highUsd }: Reconciliation, tolerance: string): string {
  const over = `${counted(days, "day")} and ${counted(models, "model")}`;
  const limit = highUsd === null ? "; there is no upper limit in all" : "";
  if (ok) return `Ledger and bill agree over ${over}, within ${tolerance}${limit}.`;
  return `Ledger and bill differ by more than ${tolerance} in ${lines.filter((line) => !line.ok).length} of ${counted(lines.length, "line")}, over ${over}${limit}.`;
}
