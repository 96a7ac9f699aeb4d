import { formatUsd, parseUsd } from "./money.js";

/**
 * The exact sum of amounts in USD: decimal strings, as `costUsd` and `totalUsd` are. No amounts make `"0"`.
 * @throws ConfigurationError for what is no amount, such as a number, a sign, or the `undefined` of an unknown cost
 * @example addUsd("0.1", "0.2"); // "0.3"
 */
export function addUsd(...amounts: readonly string[]): string {
  return formatUsd(amounts.reduce((sum, amount, index) => sum + parseUsd(amount, `amounts[${index}]`), 0n));
}
