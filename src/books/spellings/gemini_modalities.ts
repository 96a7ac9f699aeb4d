import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import { sumOfCounts } from "./sum_of_counts.js";

/** Tokens by kind: text, and those that some prices name apart. */
export type ByModality = { text?: unknown; audio?: unknown; image?: unknown; video?: unknown };

/** Gemini's list of counts by modality. Pages of documents are read, and billed, as images are. */
export function byModality(list: unknown): ByModality {
  const counts: ByModality = {};
  for (const item of itemsOf(list).map(fieldsOf)) {
    const kind = KINDS.get(nonEmpty(item.modality)?.toUpperCase());
    if (kind !== undefined) counts[kind] = sumOfCounts(counts[kind], item.tokenCount ?? 0);
  }
  return counts;
}

/** Counts of two lists, together. */
export function addedUp(a: ByModality, b: ByModality): ByModality {
  const both: ByModality = {};
  for (const kind of ["audio", "image", "video"] as const) {
    const count = sumOfCounts(a[kind], b[kind]);
    if (count !== undefined) both[kind] = count;
  }
  return both;
}

const KINDS: ReadonlyMap<string | undefined, "text" | "audio" | "image" | "video"> = new Map([
  ["TEXT", "text"],
  ["AUDIO", "audio"],
  ["IMAGE", "image"],
  ["DOCUMENT", "image"],
  ["VIDEO", "video"],
]);
