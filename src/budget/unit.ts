import { counted } from "../base/counted.js";
import { formatUsd, tryParseUsd } from "../base/money.js";

/** What a budget limits. */
export type Unit = "usd" | "tokens" | "calls";

/** Stores add up whole nano-dollars: exact up to nine million dollars, where pico-dollars would end at nine thousand. */
const PICO_PER_NANO = 1_000n;

/** Nano-dollars, rounded up: what is held and charged is never less than the bill. */
export function toNanos(pico: bigint): number {
  return Number((pico + PICO_PER_NANO - 1n) / PICO_PER_NANO);
}

/** Nano-dollars, rounded down: a limit never allows more than was written. */
export function toNanosBelow(pico: bigint): number {
  return Number(pico / PICO_PER_NANO);
}

/** A store's amount as a plain decimal string: USD, or whole tokens or calls. */
export function toText(amount: number, unit: Unit): string {
  return unit === "usd" ? formatUsd(BigInt(amount) * PICO_PER_NANO) : String(amount);
}

/** Such a text in a sentence: `$0.5`, `1 call`, `200 tokens`. */
export function inWords(text: string, unit: Unit): string {
  return unit === "usd" ? `$${text}` : counted(Number(text), unit.slice(0, -1));
}

/** The reverse of `toText`, rounded up; `undefined` for what is no amount. */
export function toAmount(text: string, unit: Unit): number | undefined {
  if (unit !== "usd") return /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  const pico = tryParseUsd(text);
  return pico === undefined ? undefined : toNanos(pico);
}
