import type { Usd } from "../../base/money.js";
import { boundName } from "../../ledger/bounds.js";
import { BudgetTally } from "../../ledger/budget_sums.js";
import type { LedgerEntry } from "../../ledger/entry.js";
import { PriceAges } from "../../ledger/price_ages.js";
import type { LedgerLine } from "../../ledger/read_jsonl.js";
import { amountsOf, type Amounts } from "../../ledger/tally.js";
import { CacheTally, GroupSums } from "./group_sums.js";
import { Quantiles } from "./quantiles.js";

/** Pairs of a day and a model whose costs are kept apart; of later ones the page knows the day and the model. */
const MOST_PAIRS = 200_000;
const MOST_SKIPPED = 20;

/** All that the page says of a ledger, added up in one pass, each entry's amounts read once. */
export class PageSums {
  readonly total = new CacheTally();
  readonly days = new GroupSums();
  readonly models = new GroupSums();
  readonly users = new GroupSums();
  readonly tags = new GroupSums();
  readonly agents = new GroupSums();
  /** By how they ended and what class of error it was. */
  readonly failures = new GroupSums();
  readonly failed = new CacheTally();
  readonly budgets = new BudgetTally();
  /** How long calls took that succeeded: all, and those of each model. */
  readonly latency = new Quantiles();
  readonly latencies = new Map<string, Quantiles>();
  readonly firstTokens = new Map<string, Quantiles>();
  /** What each model cost on each day. */
  readonly costs = new Map<string, Map<string, Usd>>();
  readonly skipped: { line: number; reason: string }[] = [];
  skippedLines = 0;
  repeated = 0;
  readonly prices: PriceAges;
  #pairs = 0;

  constructor(maxPriceAgeDays?: number) {
    this.prices = new PriceAges(maxPriceAgeDays);
  }

  take(item: LedgerLine): void {
    if (item.kind === "entry") this.add(item.entry);
    else if (item.kind === "repeated") this.repeated += 1;
    else {
      this.skippedLines += 1;
      if (this.skipped.length < MOST_SKIPPED) this.skipped.push({ line: item.line, reason: item.reason });
    }
  }

  add(entry: LedgerEntry): void {
    const amounts = amountsOf(entry.cost);
    const day = entry.startedAt.slice(0, 10);
    const model = modelOf(entry);
    this.total.add(entry, amounts);
    this.budgets.add(entry);
    this.prices.add(entry);
    this.days.add(day, entry, amounts);
    this.models.add(model, entry, amounts);
    this.users.add(entry.user, entry, amounts);
    this.agents.add(entry.agent, entry, amounts);
    for (const tag of entry.tags.length === 0 ? [undefined] : new Set(entry.tags)) this.tags.add(tag, entry, amounts);
    this.#addEnd(entry, model, amounts);
    if (amounts !== undefined) this.#addCost(day, model, amounts.cost);
  }

  #addEnd(entry: LedgerEntry, model: string, amounts: Amounts): void {
    const { outcome, errorType, errorStatus, latencyMs, timeToFirstTokenMs } = entry;
    if (outcome === "ok") {
      this.latency.add(latencyMs);
      quantilesOf(this.latencies, model).add(latencyMs);
      if (timeToFirstTokenMs !== undefined) quantilesOf(this.firstTokens, model).add(timeToFirstTokenMs);
    } else if (outcome !== "cache-hit") {
      this.failed.add(entry, amounts);
      const words = [outcome, errorType, errorStatus === undefined ? undefined : `(${errorStatus})`];
      this.failures.add(words.filter((word) => word !== undefined).join(" "), entry, amounts);
    }
  }

  #addCost(day: string, model: string, cost: Usd): void {
    const costs = this.costs.get(day) ?? new Map<string, Usd>();
    const before = costs.get(model);
    if (before === undefined && this.#pairs >= MOST_PAIRS) return;
    if (before === undefined) this.#pairs += 1;
    this.costs.set(day, costs.set(model, (before ?? 0n) + cost));
  }
}

/** A model as it is grouped by, also where its name is too long. */
function modelOf({ provider, modelRequested }: LedgerEntry): string {
  return boundName(`${provider}/${modelRequested}`);
}

/** More models than are shown anywhere. */
const MOST_MODELS = 10_000;

function quantilesOf(all: Map<string, Quantiles>, model: string): Quantiles {
  const quantiles = all.get(model) ?? new Quantiles();
  if (all.size < MOST_MODELS) all.set(model, quantiles);
  return quantiles;
}
