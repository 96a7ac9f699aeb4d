/** The windows of the calendar. */
export type CalendarWindow = "hour" | "day" | "week" | "month";

/** From and to when what is spent counts together, in ms since the epoch. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

const HOUR_MS = 3_600_000;
const DAYS_PER_WEEK = 7;

/** Finds windows as a place's clocks show them. */
export class Calendar {
  readonly #clock: Intl.DateTimeFormat | undefined;
  #last: Window = { fromMs: 0, toMs: 0 };

  /** @throws RangeError for a time zone that does not exist */
  constructor(
    private readonly per: CalendarWindow,
    timeZone: string,
  ) {
    const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" } as const;
    const clock = { ...fields, minute: "numeric", second: "numeric", hourCycle: "h23", timeZone } as const;
    const format = new Intl.DateTimeFormat("en-u-ca-iso8601", clock);
    this.#clock = timeZone === "UTC" ? undefined : format;
  }

  /** The window that an instant is in. */
  at(nowMs: number): Window {
    if (nowMs < this.#last.fromMs || nowMs >= this.#last.toMs) this.#last = this.#find(nowMs);
    return this.#last;
  }

  #find(nowMs: number): Window {
    if (this.per === "hour") {
      const offset = this.#offset(nowMs);
      const fromMs = Math.floor((nowMs + offset) / HOUR_MS) * HOUR_MS - offset;
      return { fromMs, toMs: fromMs + HOUR_MS };
    }
    const local = new Date(nowMs + this.#offset(nowMs));
    const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
    const monday = day - ((local.getUTCDay() + DAYS_PER_WEEK - 1) % DAYS_PER_WEEK);
    const starts = (step: number): number => {
      if (this.per === "month") return this.#midnight(year, month + step, 1);
      return this.per === "day"
        ? this.#midnight(year, month, day + step)
        : this.#midnight(year, month, monday + step * DAYS_PER_WEEK);
    };
    // Where clocks go back over midnight, a date comes a second time after the next one has begun.
    const step = nowMs < starts(0) ? -1 : nowMs >= starts(1) ? 1 : 0;
    return { fromMs: starts(step), toMs: starts(step + 1) };
  }

  /** When a date begins: where clocks skip its midnight, right after the gap. */
  #midnight(year: number, month: number, day: number): number {
    const utc = Date.UTC(year, month, day);
    const first = utc - this.#offset(utc);
    const second = utc - this.#offset(first);
    return second + this.#offset(second) === utc ? second : Math.max(first, second);
  }

  /** How far the place's clocks are ahead of UTC, in ms. */
  #offset(ms: number): number {
    if (this.#clock === undefined) return 0;
    const whole = Math.floor(ms / 1000) * 1000;
    const shown = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
    for (const { type, value } of this.#clock.formatToParts(whole))
      if (type in shown) shown[type as keyof typeof shown] = Number(value); // `in` says so
    return Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second) - whole;
  }
}
