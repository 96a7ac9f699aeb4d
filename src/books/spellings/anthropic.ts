import type { Evidence } from "./evidence.js";
import type { Reading } from "./spelled.js";

/** What Anthropic's package says. */
export function readAnthropic(_: Evidence): Reading | undefined {
  return undefined;
}
