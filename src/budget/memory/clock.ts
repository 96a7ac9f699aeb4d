/** The time of a store in memory. */
export interface Clock {
  /** In which windows are: ms since the epoch. */
  nowMs(): number;
  /** By which leases and sliding amounts end. It never runs backwards. */
  steadyMs(): number;
  /** Does not go back behind this moment from now on: what is before it was forgotten. */
  leave(ms: number): void;
}

/** A clock that is set while it runs moves windows only, unless it is the user's own. */
export function clockOf(now?: () => Date): Clock {
  let leftMs = -Infinity;
  let lastMs = -Infinity;
  const readMs = now === undefined ? () => Date.now() : () => now().getTime();
  return {
    nowMs: () => Math.max(readMs(), leftMs),
    steadyMs: now === undefined ? () => performance.now() : () => (lastMs = Math.max(lastMs, readMs())),
    leave: (ms) => {
      leftMs = Math.max(leftMs, ms);
    },
  };
}
