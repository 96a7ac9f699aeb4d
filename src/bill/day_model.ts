import { tryParseUsd, divideRounded, type Usd } from "../base/money.js";
import type { LedgerEntry } from "../ledger/entry.js";
import { Tally } from "../ledger/tally.js";
import { priceOf } from "../pricing/look_up/price_of.js";
import { parseSigned } from "./amount.js";
import type { BillLine } from "./bill_line.js";

/** Tokens of a kind, and what was charged for them: a rate, exact. */
export interface Charged {
  usd: Usd;
  tokens: bigint;
}

/** The kinds of tokens that are told apart here. */
export type Kind = "input" | "cachedInput" | "output";

/** Figures between which the true one is; `undefined` above where nothing bounds it. */
export interface Range {
  low: number;
  high: number | undefined;
}

/** Calls across midnight; nothing bounds them from above where `high` is `undefined`. */
interface Late {
  calls: number;
  low: Usd;
  high: Usd | undefined;
}

const MAX_ROWS = 8;

/** What the ledger has of the calls of a model on a day. */
class Ours {
  readonly tally = new Tally();
  calls = 0;
  readonly charged: Record<Kind, Charged> = { input: none(), cachedInput: none(), output: none() };
  readonly input: Range = { low: 0, high: 0 };
  readonly output: Range = { low: 0, high: 0 };
  /** By price row, what its calls cost. */
  readonly rows = new Map<string, Usd>();
  /** Calls that began on the day before, which a bill may have there. */
  readonly late: Late = { calls: 0, low: 0n, high: 0n };
  /** Calls whose answer's id is not on a bill that has ids. */
  notOnBill = 0;

  add(entry: LedgerEntry): void {
    const { usage, cost } = entry;
    this.tally.add(entry);
    this.calls += 1;
    widen(this.input, usage?.estimate?.inputTokens, usage?.inputTokens);
    widen(this.output, usage?.estimate?.outputTokens, usage?.outputTokens);
    for (const [name, { usd, tokens }] of Object.entries(cost.components)) {
      const sum = this.charged[KIND_OF.get(name) ?? "input"];
      if (tokens === undefined) continue;
      sum.usd += tryParseUsd(usd) ?? 0n;
      sum.tokens += BigInt(tokens);
    }
    if (cost.row !== null && (this.rows.has(cost.row) || this.rows.size < MAX_ROWS))
      this.rows.set(cost.row, (this.rows.get(cost.row) ?? 0n) + (tryParseUsd(cost.usd) ?? 0n));
  }

  /** Says of an entry that it began on the day before. */
  addLate({ cost: { lowUsd, highUsd, status } }: LedgerEntry): void {
    const high = status === "unpriced" ? 0n : tryParseUsd(highUsd);
    this.late.calls += 1;
    this.late.low += tryParseUsd(lowUsd) ?? 0n;
    this.late.high = high === undefined || this.late.high === undefined ? undefined : this.late.high + high;
  }

  /** The price row that most of the dollars are of. */
  get row(): string | undefined {
    let [most, name]: [Usd, string | undefined] = [-1n, undefined];
    for (const [row, usd] of this.rows) if (usd > most) [most, name] = [usd, row];
    return name;
  }
}

/** A Map: a ledger may have components of any name. */
const KIND_OF: ReadonlyMap<string, Kind> = new Map([
  ["cachedInput", "cachedInput"],
  ["output", "output"],
  ["reasoning", "output"],
]);

function none(): Charged {
  return { usd: 0n, tokens: 0n };
}

function widen(range: Range, bounds: readonly [number, number | null] | undefined, counted = 0): void {
  const [low, high] = bounds ?? [counted, counted];
  range.low += low;
  range.high = range.high === undefined || high === null ? undefined : range.high + high;
}

/** What the bill has of a model on a day. */
class Theirs {
  lines = 0;
  /** `undefined` on a bill of quantities. */
  usd: Usd | undefined;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  requests: number | undefined;
  /** Answers' ids that are not in the ledger. */
  notInLedger = 0;

  add({ usd, inputTokens, outputTokens, requests }: BillLine): void {
    this.lines += 1;
    this.usd = sum(this.usd, usd === undefined ? undefined : parseSigned(usd));
    this.inputTokens = sum(this.inputTokens, inputTokens);
    this.outputTokens = sum(this.outputTokens, outputTokens);
    this.requests = sum(this.requests, requests);
  }

  get isOfQuantities(): boolean {
    return this.usd === undefined && this.lines > 0;
  }
}

function sum<Amount extends number | bigint>(a: Amount | undefined, b: Amount | undefined): Amount | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return (typeof a === "bigint" ? BigInt(a) + BigInt(b) : Number(a) + Number(b)) as Amount; // both are of one kind
}

/** A model on a day, on both sides. */
export class DayModel {
  readonly ours = new Ours();
  readonly theirs = new Theirs();
  /** What its price can be looked up by. */
  pricedAs: { provider: string; model: string };

  constructor(
    readonly day: string,
    /** As it is compared; `""` for what no model is named of. */
    readonly key: string,
    /** As the bill writes it, or else the ledger. */
    readonly name: string,
    provider: string,
  ) {
    this.pricedAs = { provider, model: name };
  }

  /** What a kind of tokens costs here: by the ledger's own calls, else by the price table. */
  rate(kind: Kind): Charged | undefined {
    const own = this.ours.charged[kind];
    if (own.tokens > 0n) return own;
    const { provider, model } = this.pricedAs;
    const price = priceOf(model, { provider, at: `${this.day}T12:00:00Z` });
    const perMillion = {
      input: "inputUsdPerMillion",
      cachedInput: "cachedInputUsdPerMillion",
      output: "outputUsdPerMillion",
    } as const;
    const usd = tryParseUsd(price[perMillion[kind]] ?? undefined);
    return usd === undefined ? undefined : { usd, tokens: 1_000_000n };
  }

  /** What the bill's tokens cost at our prices when so many of them came from a cache. */
  priceOfQuantities(cachedTokens: number): Usd | undefined {
    const { inputTokens = 0, outputTokens = 0 } = this.theirs;
    const cached = Math.min(cachedTokens, inputTokens);
    const parts = [
      this.#charge("input", inputTokens - cached),
      this.#charge("cachedInput", cached),
      this.#charge("output", outputTokens),
    ];
    return parts.reduce((a, b) => (a === undefined || b === undefined ? undefined : a + b));
  }

  #charge(kind: Kind, tokens: number): Usd | undefined {
    if (tokens === 0) return 0n;
    const rate = this.rate(kind);
    return rate === undefined ? undefined : divideRounded(rate.usd * BigInt(tokens), rate.tokens);
  }
}
