/** Two figures that must contain the true one; `undefined` above when nothing bounds it. */
export type Bounds = readonly [low: number, high: number | undefined];

/** One count: our own, and figures that contain the true one. */
export interface Estimate<High extends number | undefined = number> {
  tokens: number;
  low: number;
  high: High;
}

/** The bounds of what comes on top of a known count. */
export function above(before: number, { low, high }: Estimate<number | undefined>): Bounds {
  return [before + low, plus(before, high)];
}

/** An upper figure for several of a kind: open as soon as that of one is. */
export function times(high: number | undefined, factor: number): number | undefined {
  return factor === 0 ? 0 : high === undefined ? undefined : high * factor;
}

/** The sum of two upper figures: open as soon as one of them is. */
export function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
