import { isSequence, notFit } from "../base/check_given.js";
import { checkOptions, type OptionChecks } from "../base/check_options.js";
import { isObject } from "../base/json.js";
import { formatUsd } from "../base/money.js";
import { checkEntries, checkEntry } from "../ledger/check_entry.js";
import type { LedgerEntry } from "../ledger/entry.js";
import { orNull } from "./amount.js";
import type { Bill } from "./bill_line.js";
import { causesOf, type Cause } from "./causes.js";
import type { Compared } from "./compared.js";
import { amountsOf, compare, differenceOf, isWithinTolerance, WHOLE, type ComparedModel } from "./compare.js";
import { isDay } from "./fields.js";
import { byModel, judgeAcrossMidnight, judgeByDay, sumOf } from "./judge.js";
import { notesOf } from "./notes.js";
import { Sides, type SidesOptions } from "./sides.js";

/** How a ledger and a bill are compared. */
export interface ReconcileOptions extends SidesOptions {
  /** How far the bill may be outside of low to high, as a part of it. @default 0.01 */
  tolerance?: number | undefined;
}

/** How ledger and bill compare. Amounts are decimal strings in USD; `null` is unknown, never zero. */
export interface Reconciliation {
  /** Whether the bill fits: in all, and by day and model. */
  ok: boolean;
  /** How many days and models either side has. */
  days: number;
  models: number;
  /** What the calls with a known cost cost; `null` where there are calls and none of them has. */
  oursUsd: string | null;
  lowUsd: string | null;
  /** `null` where nothing bounds an estimate, so that there is no upper limit. */
  highUsd: string | null;
  billUsd: string | null;
  /** The bill's less ours. */
  differenceUsd: string | null;
  /** How many models on a day stand on one side only. */
  onlyOurs: number;
  onlyTheirs: number;
  /** By day, then by model. */
  lines: ComparedModel[];
  /** What is likely behind the differences. */
  causes: Cause[];
  /** What else is to be known. */
  notes: string[];
}

/**
 * Compares a ledger with a provider's bill by UTC day (of the calls' ends) and model, or by the answers' ids where the bill has them. The bill
 * is read first, then the entries, in memory that grows with days, models and the bill's ids, not with calls.
 * @throws ConfigurationError for options that cannot work; BillError where the bill is torn or in another currency
 */
export async function reconcile(
  entries: Iterable<LedgerEntry> | AsyncIterable<LedgerEntry>,
  bill: Bill,
  options: ReconcileOptions = {},
): Promise<Reconciliation> {
  checkEntries(entries);
  checkBill(bill);
  checkOptions("`reconcile`", options, CHECKS);
  const { tolerance = 0.01, ...rest } = options;
  const sides = new Sides(bill, rest);
  for await (const line of bill.lines) sides.addLine(line);
  const { areIdsCut } = sides;
  for await (const entry of entries) {
    checkEntry(entry);
    sides.addEntry(entry);
  }
  const part = BigInt(Math.round(tolerance * Number(WHOLE)));
  const all = sides.groups().map((group): Compared => {
    const amounts = amountsOf(group);
    return { group, amounts, line: compare(group, amounts, part) };
  });
  const models = byModel(all);
  const across = [...models.values()].reduce((sum, days) => sum + judgeAcrossMidnight(days, part), 0);
  judgeByDay(all, part);
  return {
    ...totalsOf(all, part),
    lines: all.map(({ line }) => line),
    causes: [...models.values()].flatMap(causesOf),
    notes: [...(bill.notes ?? []), ...notesOf(all, sides, areIdsCut, across)],
  };
}

const CHECKS: OptionChecks<ReconcileOptions> = {
  tolerance: [(value) => typeof value === "number" && value >= 0 && value < 1, "Use a part such as 0.01."],
  from: [isDay, "Write it as 2026-09-01."],
  to: [isDay, "Write it as 2026-09-01."],
  provider: [(value) => typeof value === "string" && value !== "", "Name one as entries do, such as `fireworks`."],
};

/** Bills come from `readBill` and its like; a path or a list of lines is a slip. */
function checkBill(bill: unknown): void {
  const isBill = isObject(bill) && isSequence(bill.lines);
  if (!isBill) throw notFit("bill", bill, "Pass what `readBill`, `parseBill` or `fireworksBill` returns.");
}

type Totals = Omit<Reconciliation, "lines" | "causes" | "notes">;

function totalsOf(all: readonly Compared[], tolerance: bigint): Totals {
  const sum = sumOf(all);
  const isUnknown = all.some(({ group }) => group.ours.calls > 0) && sum.ours === undefined;
  const ours = isUnknown ? undefined : (sum.ours ?? 0n);
  const open = all.filter(({ line }) => !line.ok);
  return {
    ok: open.length === 0 && isWithinTolerance(sum, tolerance),
    days: new Set(all.map(({ line }) => line.day)).size,
    models: new Set(all.map(({ group }) => group.key).filter((key) => key !== "")).size,
    oursUsd: orNull(ours),
    lowUsd: isUnknown ? null : formatUsd(sum.low),
    highUsd: isUnknown ? null : orNull(sum.high),
    billUsd: orNull(sum.bill),
    differenceUsd: orNull(differenceOf(ours, sum.bill)),
    onlyOurs: open.filter(({ line }) => line.side === "ours").length,
    onlyTheirs: open.filter(({ line }) => line.side === "theirs").length,
  };
}
