import type { Evidence } from "./evidence.js";
import type { Reading } from "./spelled.js";

/** What Bedrock's package says. */
export function readBedrock(_: Evidence): Reading | undefined {
  return undefined;
}
