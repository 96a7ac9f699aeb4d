import { tokenCount } from "../../base/counts.js";

/**
 * The sum of what counts there are; else the first of them that cannot be one, which is refused where counts are checked. A sum
 * would hide it.
 */
export function sumOfCounts(...counts: readonly unknown[]): unknown {
  const said = counts.filter((count) => count !== undefined && count !== null);
  if (said.length === 0) return undefined;
  const bad = said.find((count) => tokenCount(count) === undefined);
  return bad ?? said.reduce<number>((sum, count) => sum + (tokenCount(count) ?? 0), 0);
}

/** All input, of what a server counts without the tokens that its cache read and wrote; `undefined` where it does not say that. */
export function inputWith(rest: unknown, ...cached: readonly unknown[]): unknown {
  return rest === undefined || rest === null ? undefined : sumOfCounts(rest, ...cached);
}
