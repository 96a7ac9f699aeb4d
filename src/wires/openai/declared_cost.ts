import { isObject, numberOf, type Json } from "../../base/json.js";
import { proxyOf } from "../../transport/proxy.js";

/** What a LiteLLM proxy says that a request cost: in a header of a whole answer, in the last usage of a streamed one. */
export class DeclaredCost {
  /** In USD, a decimal; `undefined` where nothing was said. */
  usd: string | undefined;
  private readonly isProxied: boolean;

  constructor(headers: Headers) {
    this.isProxied = proxyOf(headers) !== undefined;
    if (this.isProxied) this.usd = toDecimal(headers.get("x-litellm-response-cost"));
  }

  /** Looks at a chunk or an answer that has usage. A cost of zero is what is written where no price is known. */
  see({ usage }: Json): void {
    if (!this.isProxied || !isObject(usage)) return;
    const cost = numberOf(usage.cost) ?? 0;
    if (cost > 0) this.usd = toDecimal(String(cost));
  }
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
  return decimal.replace(/^0+(?=\d)/, "").replace(/\.?0*$/, "");
}
