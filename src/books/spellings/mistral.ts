import type { Evidence } from "./evidence.js";
import type { Reading } from "./spelled.js";

/** What Mistral's package says. */
export function readMistral(_: Evidence): Reading | undefined {
  return undefined;
}
