import type { Evidence } from "./evidence.js";
import type { Reading } from "./spelled.js";

/** What Google's package says. */
export function readGoogle(_: Evidence): Reading | undefined {
  return undefined;
}
