import { en } from "zod/locales";
import { cleanLine } from "../base/clean_text.js";
import { isObject } from "../base/json.js";
import { shown } from "../base/shown.js";
import type { ServerCost } from "../pricing/server_cost.js";
import { boundText } from "./bound_text.js";
import {
  LEDGER_SCHEMA_VERSION,
  type EntryAttempt,
  type EntryBudget,
  type EntryCost,
  type EntryCostComponent,
  type EntryTokens,
  type EntryUsage,
  type LedgerEntry,
  type UsageBounds,
} from "./entry.js";
import * as is from "./entry_checks.js";

const { count, filledText, flag, list, number, nullable, object, oneOf, optional, pair, record, text, time, usd } = is;

const some = optional(text);
const bounds = pair(count, nullable(count));

const tokens: is.Fields<EntryTokens> = {
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: optional(count),
  cacheWriteTokens: optional(count),
  reasoningTokens: optional(count),
  units: optional(record(count)),
};

const estimate = object<UsageBounds>({
  reason: text,
  inputTokens: bounds,
  outputTokens: bounds,
  cachedInputTokens: optional(pair(count, count)),
});

const usage = object<EntryUsage>({
  ...tokens,
  source: oneOf("server", "estimated"),
  estimate: optional(estimate),
  doubts: optional(list(text)),
  atLeast: some,
});

const component = object<EntryCostComponent>({
  usd,
  tokens: optional(count),
  usdPerMillion: optional(usd),
  count: optional(count),
  usdPerThousand: optional(usd),
  seconds: optional(number),
  gpus: optional(number),
  share: optional(number),
  usdPerHour: optional(usd),
});

const cost = object<EntryCost>({
  status: oneOf("priced", "free", "unpriced", "none"),
  usd: nullable(usd),
  lowUsd: nullable(usd),
  highUsd: nullable(usd),
  components: record(component),
  basis: text,
  row: nullable(text),
  checkedOn: nullable(text),
  reason: text,
  assumptions: list(text),
  warnings: list(text),
});

const serverCost = object<ServerCost>({
  usd: nullable(usd),
  upstreamUsd: optional(usd),
  atLeast: some,
  isTrusted: flag,
});

const attempt = object<EntryAttempt>({
  status: optional(number),
  failed: optional(oneOf(true)),
  reached: flag,
  usage: optional(object<EntryTokens>(tokens)),
});

const budget = object<EntryBudget>({
  name: text,
  key: text,
  pot: text,
  from: optional(time),
  held: usd,
  settled: usd,
});

const entry = object<LedgerEntry>({
  schemaVersion: oneOf(LEDGER_SCHEMA_VERSION),
  id: filledText,
  runId: text,
  parentRunId: some,
  traceId: some,
  threadId: some,
  agent: some,
  node: some,
  user: some,
  session: some,
  provider: text,
  modelRequested: text,
  modelServed: some,
  responseId: some,
  tier: some,
  tierRequested: some,
  host: some,
  privateHost: optional(flag),
  clientOf: some,
  pricing: optional(is.anything),
  serverCost: optional(serverCost),
  isServerTrusted: optional(flag),
  usage: optional(usage),
  cost,
  outcome: oneOf("ok", "error", "aborted", "denied", "cache-hit"),
  errorType: some,
  errorStatus: optional(count),
  startedAt: time,
  endedAt: time,
  latencyMs: is.duration,
  serverMs: optional(is.duration),
  timeToFirstTokenMs: optional(is.duration),
  tags: list(text),
  metadata: record(is.plain),
  attempts: optional(list(attempt)),
  budgets: optional(list(budget)),
});

/** An entry, or why it is none. */
export type ParsedEntry = { entry: LedgerEntry } | { reason: string };

/** Checks what claims to be an entry. Fields that this version does not know are kept. A reason is one line that can be printed. */
export function parseEntry(value: unknown): ParsedEntry {
  if (isObject(value) && "schemaVersion" in value && value.schemaVersion !== LEDGER_SCHEMA_VERSION)
    return refused(
      `its schemaVersion is \`${shown(value.schemaVersion)}\`, this package reads ${LEDGER_SCHEMA_VERSION}`,
    );
  // What passed is an entry, as it is.
  if (entry.passes(value)) return { entry: value as LedgerEntry };
  const result = entry.schema.safeParse(value, { error: en().localeError });
  if (result.success) return { entry: result.data };
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : `\`${issue.path.join(".")}\`: `;
  return refused(`${where}${issue?.message ?? "not an entry"}`);
}

const MAX_REASON = 300;

function refused(reason: string): ParsedEntry {
  return { reason: boundText(cleanLine(reason), MAX_REASON) };
}
