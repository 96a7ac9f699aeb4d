import { BudgetUnavailableError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import type { Draw, OpenHold, Pot } from "../../budget/store.js";

/** What the script is asked. Whatever is absent is left out: it takes `null` for something. */
export interface Request {
  readonly operation: "reserve" | "renew" | "settle" | "state" | "heal";
  readonly holds: readonly RequestedHold[];
  /** A lease's length, in ms. */
  readonly lease?: number;
  /** The epoch that was lost. */
  readonly lost?: string;
}

/** A hold as the script knows it. */
export interface RequestedHold {
  readonly id: string;
  readonly sentMsAgo?: number;
  readonly draws: readonly RequestedDraw[];
}

/** A draw as the script knows it. */
export interface RequestedDraw {
  /** Names the pot in its window. */
  readonly pot: string;
  readonly amount: number;
  readonly limit: number;
  readonly from?: number;
  readonly to?: number;
  readonly sliding?: number;
  readonly soft?: boolean;
  /** What the ledger says was spent of it. */
  seed?: number;
}

/**
 * @param amounts - what is charged, where the hold has ended
 * @throws BudgetUnavailableError for an amount that no store can keep
 */
export function requestedHold({ id, draws, sentMsAgo }: OpenHold, amounts?: readonly number[]): RequestedHold {
  return {
    id: keyText(id),
    sentMsAgo: sentMsAgo === undefined ? undefined : Math.floor(sentMsAgo),
    draws: draws.map((draw, index) => requestedDraw({ ...draw, amount: amounts?.[index] ?? draw.amount })),
  };
}

export function requestedDraw({ pot, amount, isSoft }: Draw): RequestedDraw {
  if (!Number.isSafeInteger(amount) || amount < 0) {
    throw new BudgetUnavailableError(
      `\`${shown(amount)}\` cannot be kept in the pot ${shown(pot.id)}: amounts are whole numbers from 0 to 2^53 - 1.`,
      { retryable: false },
    );
  }
  return {
    pot: potKey(pot),
    amount,
    limit: pot.limit,
    from: pot.window?.fromMs,
    to: pot.window?.toMs,
    sliding: pot.slidingMs,
    soft: isSoft,
  };
}

/** The name of a pot's account: one for each of its windows. */
export function potKey({ id, window, slidingMs }: Pot): string {
  return `${window?.fromMs ?? (slidingMs === undefined ? "" : `~${slidingMs}`)}:${keyText(id)}`;
}

/** Any text, half characters among it, which Redis would not tell apart. */
function keyText(id: string): string {
  return JSON.stringify(id).slice(1, -1);
}
