import type { PotState } from "../../budget/store.js";

/** What the script answers. */
export interface Reply {
  readonly kind: string;
  readonly epoch: string;
  readonly seq: number;
  readonly nowMs: number;
  readonly index: number;
  readonly retryInMs: number | undefined;
  readonly pots: readonly PotState[];
}

/** Sums come as digits, since `redis` reads numbers near 2^53 wrong. Clients may give texts as buffers, and numbers as texts. */
export function toReply(answer: unknown): Reply {
  if (!Array.isArray(answer)) throw new TypeError(`\`${String(answer)}\` is not what the script answers.`);
  const [kind = "", epoch = "", seq, nowMs, index, retryInMs, ...sums] = answer.map(String);
  const numbers = sums.map(Number);
  return {
    kind,
    epoch,
    seq: Number(seq),
    nowMs: Number(nowMs),
    index: Number(index),
    retryInMs: Number(retryInMs) < 0 ? undefined : Number(retryInMs),
    pots: Array.from({ length: numbers.length / 2 }, (_, pot) => ({
      spent: numbers[2 * pot] ?? NaN,
      held: numbers[2 * pot + 1] ?? NaN,
    })),
  };
}
