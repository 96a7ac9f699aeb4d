import { isSequence, notFit } from "../base/check_given.js";
import { isObject } from "../base/json.js";
import { ConfigurationError } from "../base/errors.js";
import { shown } from "../base/shown.js";
import type { LedgerEntry } from "./entry.js";

const HINT = "Pass entries as a ledger has them, such as those of `MemoryLedger` or `readLedger`.";

/** Fields that every entry has, and that are read without asking. */
const TEXTS = ["id", "startedAt", "endedAt", "provider", "modelRequested"] as const;

/**
 * One entry as a caller passed it. It looks only at what would else be tripped over: entries from outside are read by
 * `parseEntry`, and those of calls under way are our own.
 * @throws ConfigurationError for what is no entry
 */
export function checkEntry(entry: LedgerEntry): void {
  const missing = missingIn(entry);
  if (missing === undefined) return;
  const why = missing === "" ? "" : ` without \`${missing}\``;
  throw new ConfigurationError("entry", `\`${shown(entry)}\`${why} is no entry of a ledger.`, HINT);
}

/** The field that is missing, `""` for what has none. */
function missingIn(entry: unknown): string | undefined {
  if (!isObject(entry)) return "";
  const text = TEXTS.find((name) => typeof entry[name] !== "string");
  if (text !== undefined) return text;
  if (!isObject(entry.cost) || typeof entry.cost.status !== "string") return "cost";
  return Array.isArray(entry.tags) ? undefined : "tags";
}

/** @throws ConfigurationError for what is no list of entries, nor comes as one */
export function checkEntries(entries: Iterable<LedgerEntry> | AsyncIterable<LedgerEntry>): void {
  if (!isSequence(entries)) throw notFit("entries", entries, HINT);
}
