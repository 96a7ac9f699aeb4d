import { checkFields, checkGiven, isString } from "../base/check_given.js";
import { ConfigurationError } from "../base/errors.js";
import { isObject } from "../base/json.js";
import { shown } from "../base/shown.js";
import { BoundedMap } from "../ledger/bounded_map.js";
import type { ProposedCall } from "../seam/gate.js";
import type { BudgetInput, BudgetState } from "./input.js";
import { Line } from "./line.js";
import { memoryBudgetStore } from "./memory_store.js";
import { keyOf, potAt } from "./pot.js";
import { toState } from "./state.js";
import type { Pot } from "./store.js";
import { StoreClient } from "./store_client.js";
import { toLimit, toTerms, type Terms } from "./terms.js";
import type { Quote, QuotedCall, QuoteOptions } from "./quote.js";
import { toAmount, toText, type Unit } from "./unit.js";

/** How many pots are remembered, for their thresholds and the pauses of their servers. */
const MOST_TOLD = 10_000;
/** A server that asks for more than a minute does not speak of requests per minute. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * A limit that holds on the bill itself. Pass one to a `CostCallbackHandler`, to `withBudget`, to `budgetMiddleware`: all that have
 * it draw on the same pot.
 * @example
 * const budget = new Budget({ limitUsd: "5.00", per: "day", by: "user" });
 * const costs = new CostCallbackHandler({ budget });
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 200, callbacks: [costs] });
 * await model.invoke("What are tides?", { metadata: { user: "ann" } });
 * (await budget.state("ann")).spent; // what the call cost, in USD
 */
export class Budget {
  /** In errors and in the ledger. */
  readonly name: string;
  /** @ignore */
  terms: Terms;
  /** @ignore */
  readonly client: StoreClient;
  /** Those who wait for room, by pot. */
  readonly #lines = new Map<string, Line>();
  /** Until when a server will have no more requests, by pot. */
  readonly #paused = new BoundedMap<string, number>(MOST_TOLD);
  /** The highest threshold that was told, by pot and window. */
  readonly #told = new Map<string, number>();

  /**
   * A limit on dollars, tokens or calls, in total or in a window.
   * @throws ConfigurationError for options that do not exist, values that cannot be, and other than one limit
   */
  constructor(input: BudgetInput) {
    if (typeof input !== "object" || input === null)
      throw new ConfigurationError("budget", `The budget is \`${shown(input)}\`.`, 'Pass `{ limitUsd: "5.00" }`.');
    this.terms = toTerms(input);
    this.name = this.terms.name;
    this.client = StoreClient.of(input.store ?? memoryBudgetStore({ now: input.now }));
  }

  /** A plain decimal string: USD, or whole tokens or calls. */
  get limit(): string {
    return toText(this.terms.limit, this.terms.unit);
  }

  /**
   * Raises the limit, for this process; one that is no higher changes nothing. What was spent stays.
   * @throws ConfigurationError for anything but a limit of the kind that the budget has
   */
  raise(to: Pick<BudgetInput, "limitUsd" | "limitTokens" | "limitCalls">): void {
    checkFields("to", to, 'Pass a limit, such as `{ limitUsd: "5.00" }`.');
    const { unit, limit } = toLimit(to);
    if (unit !== this.terms.unit)
      throw new ConfigurationError(
        "limit",
        `The budget \`${this.name}\` limits ${this.terms.unit}.`,
        `It has no limit of ${unit}.`,
      );
    if (limit <= this.terms.limit) return;
    this.terms = { ...this.terms, limit };
    this.#told.clear();
  }

  /**
   * Where the budget stands, once leases that have ended are charged.
   * @param key - whose pot. @default that of no key, `""`
   * @throws BudgetUnavailableError where its store does not answer
   */
  async state(key = ""): Promise<BudgetState> {
    checkKey(key);
    const { pots, at } = await this.client.state((nowMs) => [this.potAt(key, nowMs)]);
    const [pot = this.potAt(key, Date.now())] = at;
    return toState(this.terms, key, pot, pots[0] ?? { spent: 0, held: 0 });
  }

  /**
   * Says what a call will cost at least, as expected and at most, before it is made, and whether it fits. Sends nothing to a model.
   * @param options - more of the call, prices, a `history`, and whose pot
   * @throws BudgetUnavailableError where the budget's store does not answer
   * @example
   * const { expectedUsd, mostUsd, fits } = await budget.quote(model, "Why do tides come twice a day?");
   */
  async quote(
    model: QuotedCall["model"],
    messages: QuotedCall["messages"],
    options: BudgetQuoteOptions = {},
  ): Promise<BudgetQuote> {
    const { key, ...rest } = options ?? {};
    checkGiven("model", model, isObject, "Pass a chat model.");
    if (key !== undefined) checkKey(key);
    const { quoteCall } = await import("./quote.js");
    const quote = await quoteCall({ ...rest, model, messages }, rest);
    const { remaining } = await this.state(key);
    const { unit } = this.terms;
    const most = mostOf(quote, unit);
    return { ...quote, fits: most === undefined ? undefined : most <= (toAmount(remaining, unit) ?? 0) };
  }

  /**
   * Gives back what was taken of the limit beforehand, and delivers what its store has not been told: to be awaited before a process
   * ends. @param ms - how long to wait at most. @default 2000
   */
  flush(ms?: number): Promise<void> {
    return this.client.flush(ms);
  }

  /** The pot of a key, in the window of that time. @ignore */
  potAt(key: string, nowMs: number): Pot {
    return potAt(this.terms, key, nowMs);
  }

  /** @ignore */
  keyOf(call: ProposedCall): { key: string; warning?: string } {
    return keyOf(this.terms, call);
  }

  /** Where those wait in line for whom there is no room in a key's pot. @ignore */
  lineOf(key: string): Line {
    const line = this.#lines.get(key) ?? new Line();
    if (this.#lines.size >= MOST_TOLD)
      for (const [old, { isBusy }] of this.#lines) if (!isBusy) this.#lines.delete(old);
    this.#lines.set(key, line);
    return line;
  }

  /** A server asked for a pause: no request draws on the key's pot before. @ignore */
  pause(key: string, ms: number): void {
    const { onExceed, per } = this.terms;
    if (onExceed === "wait" && per === "minute")
      this.#paused.set(key, Math.max(this.#paused.get(key) ?? 0, Date.now() + Math.min(ms, LONGEST_PAUSE_MS)));
  }

  /** For how long no request may leave, in ms; 0 where it may. @ignore */
  pausedMs(key: string): number {
    const ms = (this.#paused.get(key) ?? 0) - Date.now();
    if (ms <= 0) this.#paused.delete(key);
    return Math.max(0, ms);
  }

  /** Tells of a threshold that has been passed: each once in a window. What it throws is nobody's. @ignore */
  tell(state: BudgetState, pressure = state.pressure): void {
    const { thresholds, onThreshold } = this.terms;
    if (onThreshold === undefined) return;
    const passed = thresholds.filter((threshold) => pressure >= threshold).length;
    const window = `${state.resetsAt?.getTime() ?? ""}:${state.key}`;
    if (passed <= (this.#told.get(window) ?? 0)) return;
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.set(window, passed);
    try {
      onThreshold(state);
    } catch {
      // Telling never fails a call.
    }
  }
}

/** What a budget's quote needs beside model and messages. */
export interface BudgetQuoteOptions extends Omit<QuotedCall, "model" | "messages">, QuoteOptions {
  /** Whose pot. @default that of no key, `""` */
  key?: string | undefined;
}

/** A quote, and whether the call fits into what is left now; `undefined` where nothing bounds the call. */
export interface BudgetQuote extends Quote {
  fits: boolean | undefined;
}

function checkKey(key: unknown): void {
  checkGiven("key", key, isString, "Pass the text that `by` gives for a call.");
}

function mostOf({ mostUsd, inputTokens, outputTokens }: Quote, unit: Unit): number | undefined {
  if (unit === "calls") return 1;
  if (unit === "usd") return mostUsd === undefined ? undefined : toAmount(mostUsd, unit);
  return inputTokens.most === undefined || outputTokens.most === undefined
    ? undefined
    : inputTokens.most + outputTokens.most;
}

/** One budget or several, as they may be passed. @throws ConfigurationError */
export function toBudgets(given: BudgetInput | Budget | readonly (BudgetInput | Budget)[] | undefined): Budget[] {
  if (given === undefined || given === null) return [];
  const list: readonly (BudgetInput | Budget)[] = Array.isArray(given) ? given : [given];
  return [...new Set(list.map((one) => (isBudget(one) ? one : new Budget(one))))];
}

/** Not by `instanceof`: it may come from the package's other format. */
function isBudget(given: BudgetInput | Budget): given is Budget {
  return typeof given === "object" && given !== null && "potAt" in given;
}
