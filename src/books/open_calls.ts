import type { OpenRun } from "./open_run.js";

/** How many models a warning names. */
const NAMED = 3;

/** How long a call may take before it is taken for one that never ends. */
const LONG_MS = 600_000;

/**
 * What is to be said of the calls that have not ended, or `undefined` where all will. This package's models end every call;
 * of the others' nobody can tell a stream that its reader left from one that is still being read.
 */
export function openCallsWarning(open: Iterable<OpenRun>): string | undefined {
  let count = 0;
  const names = new Set<string>();
  for (const { expected } of open) {
    if (expected.isOurs) continue;
    count += 1;
    names.add(expected.modelRequested);
  }
  if (count === 0) return undefined;
  const first = [...names].slice(0, NAMED).map((name) => `\`${name}\``);
  const more = names.size > NAMED ? ` and ${names.size - NAMED} more` : "";
  const [calls, have, they] = count === 1 ? ["call", "has", "it is"] : ["calls", "have", "they are"];
  return `${count} ${calls} (${first.join(", ")}${more}) ${have} started and not ended, so ${they} not in the sums. ${REMEDY}`;
}

const REMEDY =
  "What is still under way will be. LangChain never ends a stream that its reader leaves, and what it cost is then unknown: read it to its end, also where the rest is not needed. The streams of this package's models end when they are left";

/** Whether the call that has been open for longest is another package's, and will hardly end any more. */
export function isLongOpen(open: Iterable<OpenRun>, nowMs: number): boolean {
  for (const { expected, startedMs } of open) return !expected.isOurs && nowMs - startedMs > LONG_MS;
  return false;
}
