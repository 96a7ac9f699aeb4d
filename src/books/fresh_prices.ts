import type { PriceTable } from "../pricing/look_up/schema.js";
import {
  checkFetchInput,
  fetchFireworksPrices,
  type FetchFireworksPricesInput,
} from "../pricing/feeds/fetch_fireworks_prices.js";
import { isSellerPrices, toTable, type SellerPrices } from "../pricing/feeds/seller_prices.js";
import { BUILTIN_PRICES } from "../pricing/tables/builtin.js";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";

/** Prices that a long-running service reads anew from Fireworks' own list. */
export interface RefreshPricesInput extends Omit<FetchFireworksPricesInput, "signal"> {
  /** How old they may become. */
  everyHours: number;
}

const HOUR_MS = 3_600_000;
/** After a failure nobody is asked again for so long. */
const RETRY_MS = 300_000;

/** @throws ConfigurationError for options that cannot work */
export function checkRefresh({ everyHours, ...input }: RefreshPricesInput): void {
  checkFetchInput("`refreshPrices`", input);
  if (typeof everyHours === "number" && everyHours > 0 && Number.isFinite(everyHours)) return;
  const hint = "It must be a number of hours above 0, such as 24.";
  throw new ConfigurationError("everyHours", `\`refreshPrices.everyHours\` is \`${shown(everyHours)}\`.`, hint);
}

/**
 * The prices of a cost handler, which grow old. Calls that start ask for new ones and wait for nothing: there is no timer that would keep
 * a process alive, or that a runtime at the edge would not have, and a service that nobody calls asks nobody.
 */
export class FreshPrices {
  readonly #own: PriceTable;
  readonly #refresh: RefreshPricesInput | undefined;
  readonly #warn: (warning: string) => void;
  #table: PriceTable | undefined;
  #prices: SellerPrices | undefined;
  #nextMs = 0;
  #pending: Promise<void> | undefined;

  /** @param own - the user's table, which stays before the list's; a list's table in it is where history goes on */
  constructor(own: PriceTable | undefined, refresh: RefreshPricesInput | undefined, warn: (warning: string) => void) {
    this.#own = own ?? BUILTIN_PRICES;
    this.#table = own;
    this.#refresh = refresh;
    this.#warn = warn;
    this.#prices = listIn(own);
    if (this.#prices === undefined || refresh === undefined) return;
    // A list of the future, by this clock, is as good as one of now.
    const readMs = Math.min(Date.parse(this.#prices.source.fetchedAt), Date.now());
    this.#nextMs = readMs + refresh.everyHours * HOUR_MS;
  }

  /** What calls are priced by now. */
  get table(): PriceTable | undefined {
    return this.#table;
  }

  /** Asks for new prices, if it is time. Nobody has to wait for what it returns, which never fails. */
  touch(): Promise<void> | undefined {
    if (this.#refresh === undefined || Date.now() < this.#nextMs) return this.#pending;
    // A reading that does not end, as where a worker is stopped within it, keeps nobody from asking again.
    this.#nextMs = Date.now() + RETRY_MS;
    const reading = this.#fetch(this.#refresh).finally(() => {
      if (this.#pending === reading) this.#pending = undefined;
    });
    this.#pending = reading;
    return reading;
  }

  async #fetch({ everyHours, ...input }: RefreshPricesInput): Promise<void> {
    const before = this.#prices;
    try {
      const prices = await fetchFireworksPrices(input, before);
      // One that was asked for later has come first.
      if (this.#prices !== before) return;
      this.#prices = prices;
      this.#table = withList(this.#own, prices);
      this.#nextMs = Date.now() + everyHours * HOUR_MS;
      for (const note of prices.notes) this.#warn(`of Fireworks' price list: ${note}`);
    } catch (error) {
      if (this.#prices !== before) return;
      this.#nextMs = Date.now() + Math.min(everyHours * HOUR_MS, RETRY_MS);
      this.#warn(`prices could not be refreshed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** The list's prices that are in a chain of tables already, such as those of a file. */
function listIn(table: PriceTable | undefined): SellerPrices | undefined {
  return table === undefined || isSellerPrices(table) ? table : listIn(table.fallback);
}

/** A chain of tables with the list's prices: in the place of those it has, else before the built-in ones, else at its end. */
function withList(table: PriceTable, prices: SellerPrices): PriceTable {
  const { fallback } = table;
  if (isSellerPrices(table)) return toTable(prices, fallback ?? null);
  if (table === BUILTIN_PRICES) return toTable(prices);
  return { ...table, fallback: fallback === undefined ? toTable(prices, null) : withList(fallback, prices) };
}
