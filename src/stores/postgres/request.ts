import { sha256 } from "../../base/sha256.js";
import type { Draw, OpenHold, Pot } from "../../budget/store.js";

/** One draw, as the function takes it. */
interface AskedDraw {
  hold?: string;
  n: number;
  pot: string;
  from_ms: number;
  to_ms?: number;
  sliding_ms?: number;
  cap: number;
  amount: number;
  soft?: boolean;
  seed?: number;
}

/** What is asked of the store. */
export interface Asked {
  op: "reserve" | "renew" | "settle" | "state";
  lease: number;
  holds: { id: string; sent_ms_ago?: number }[];
  draws: AskedDraw[];
}

/** Of a window that a pot does not have. */
const NO_WINDOW = -1;
/** An index takes no longer texts than 2700 bytes. */
const MAX_KEY = 500;

/** @param amounts - of one hold, where it is settled */
export function askedOfHolds(
  op: Asked["op"],
  holds: readonly OpenHold[],
  leaseMs: number,
  amounts: readonly number[] = [],
): Asked {
  return {
    op,
    lease: Math.ceil(leaseMs),
    // Rounded down, it left later.
    holds: holds.map(({ id, sentMsAgo }) => ({ id: keyOf(id), sent_ms_ago: sentMsAgo && Math.floor(sentMsAgo) })),
    draws: holds.flatMap(({ id, draws }) =>
      draws.map((draw, n) => ({ ...asked(draw, n), hold: keyOf(id), amount: amounts[n] ?? draw.amount })),
    ),
  };
}

export function askedOfPots(pots: readonly Pot[], leaseMs: number): Asked {
  const draws = pots.map((pot, n) => asked({ pot, amount: 0 }, n));
  return { op: "state", lease: Math.ceil(leaseMs), holds: [], draws };
}

function asked({ pot, amount, isSoft }: Draw, n: number): AskedDraw {
  const { id, limit, window, slidingMs } = pot;
  return {
    n,
    pot: keyOf(id),
    from_ms: window?.fromMs ?? NO_WINDOW,
    to_ms: window?.toMs,
    sliding_ms: slidingMs,
    cap: limit,
    amount,
    soft: isSoft,
  };
}

/** A text as a key: plain ASCII, since not every database holds every character, and none holds NUL or half a surrogate pair. */
function keyOf(id: string): string {
  const key = JSON.stringify(id)
    .slice(1, -1)
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return key.length <= MAX_KEY ? key : `${key.slice(0, MAX_KEY / 2)}...${sha256(key)}`;
}
