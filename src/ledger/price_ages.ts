import { counted } from "../base/counted.js";
import { dayStart, daysBetween } from "../pricing/look_up/dates.js";
import type { LedgerEntry } from "./entry.js";

/** How many days before a call its price may have been checked last, until a report says so. */
export const MAX_PRICE_AGE_DAYS = 60;

/** How old the prices were by which calls were priced. */
export interface PriceAgeSums {
  maxPriceAgeDays: number;
  /** Calls whose price nobody had checked for longer than that. */
  staleCalls: number;
  /** The price that nobody had checked for the longest time before a call; `null` where no entry says when its price was checked. */
  oldest: { row: string; checkedOn: string; ageDays: number } | null;
}

/** Adds up how old the prices of calls were, each at the time of its call. */
export class PriceAges {
  #staleCalls = 0;
  #oldest: PriceAgeSums["oldest"] = null;

  constructor(readonly maxPriceAgeDays = MAX_PRICE_AGE_DAYS) {}

  add({ cost, startedAt }: LedgerEntry): void {
    const { row, checkedOn } = cost;
    const checkedMs = dayStart(checkedOn ?? undefined);
    if (row === null || checkedOn === null || checkedMs === undefined || cost.usd === null) return;
    const ageDays = daysBetween(checkedMs, Date.parse(startedAt));
    if (ageDays > this.maxPriceAgeDays) this.#staleCalls += 1;
    if (ageDays > (this.#oldest?.ageDays ?? -1)) this.#oldest = { row, checkedOn, ageDays };
  }

  get sums(): PriceAgeSums {
    return { maxPriceAgeDays: this.maxPriceAgeDays, staleCalls: this.#staleCalls, oldest: this.#oldest };
  }

  /** The same for people. */
  get words(): string[] {
    if (this.#oldest === null) return [];
    const { row, checkedOn, ageDays } = this.#oldest;
    if (this.#staleCalls === 0)
      return [`The prices were last checked ${counted(ageDays, "day")} before their calls, or less.`];
    return [
      `Calls whose price nobody had checked for more than ${counted(this.maxPriceAgeDays, "day")}: ${this.#staleCalls} (the oldest is \`${row}\`, checked on ${checkedOn}, ${counted(ageDays, "day")} before). See \`langchain-metered prices refresh\`.`,
    ];
  }
}
