import { isObject, numberOf, type Json } from "../../base/json.js";
import { withoutEnd } from "../../base/trim.js";
import { proxyOf } from "../../transport/proxy.js";

/** What a LiteLLM proxy says that a request cost: in a header of a whole answer, in the last usage of a streamed one. */
export class DeclaredCost {
  /** In USD, a decimal; `undefined` where nothing was said. */
  usd: string | undefined;
  private readonly isProxied: boolean;

  constructor(headers: Headers) {
    this.isProxied = proxyOf(headers) !== undefined;
    // The headers of a stream are older than its cost.
    const isStream = headers.get("content-type")?.includes("text/event-stream") === true;
    if (this.isProxied && !isStream) this.usd = toUsd(headers.get("x-litellm-response-cost"));
  }

  /** Looks at a chunk or an answer that has usage. A cost of zero is what is written where no price is known. */
  see({ usage }: Json): void {
    if (!this.isProxied || !isObject(usage)) return;
    const cost = numberOf(usage.cost) ?? 0;
    if (cost > 0) this.usd = toUsd(String(cost));
  }
}

/** The decimals of an amount in the books. */
const DECIMALS = 12;

/** An amount as the books take it. The proxy adds up doubles: 0.000112 is `0.00011199999999999998` there. */
function toUsd(text: string | null): string | undefined {
  const decimal = toDecimal(text);
  const [whole = "", fraction = ""] = decimal?.split(".") ?? [];
  if (fraction.length <= DECIMALS) return decimal;
  const isUp = fraction.charAt(DECIMALS) >= "5";
  const digits = (BigInt(whole + fraction.slice(0, DECIMALS)) + (isUp ? 1n : 0n))
    .toString()
    .padStart(DECIMALS + 1, "0");
  return toDecimal(`${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`);
}

/** A number of at least 0 as a plain decimal string: Python writes small ones as `1.5e-05`. `undefined` for anything else. */
export function toDecimal(text: string | null): string | undefined {
  const match = /^\+?(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(text?.trim() ?? "");
  if (!match) return undefined;
  const [, whole = "0", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 1);
  const decimal = `${padded.slice(0, at)}.${padded.slice(at)}`;
  return withoutEnd(withoutEnd(decimal.replace(/^0+(?=\d)/, ""), "0"), ".");
}
