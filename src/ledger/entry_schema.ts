import * as z from "zod/mini";
import { en } from "zod/locales";
import { cleanLine } from "../base/clean_text.js";
import { isObject } from "../base/json.js";
import { tryParseUsd } from "../base/money.js";
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

/**
 * A schema for each field of a type, under its name. The type is the source: a field that it has and the schemas lack, or
 * that the two see differently, does not compile.
 */
type Fields<Type> = {
  [Name in keyof Type]-?: undefined extends Type[Name]
    ? z.ZodMiniOptional<z.ZodMiniType<Exclude<Type[Name], undefined>>>
    : z.ZodMiniType<Type[Name]>;
};

/** Fields that this version does not know are kept. */
function object<Type>(fields: Fields<Type>): z.ZodMiniType<Type> {
  // The mapped type says what zod would infer, but for the unknown fields.
  return z.looseObject(fields) as unknown as z.ZodMiniType<Type>;
}

const count = z.int().check(z.minimum(0));
const duration = z.optional(z.number().check(z.minimum(0)));
const text = z.string();
const some = z.optional(text);
const usd = text.check(z.refine((amount) => tryParseUsd(amount) !== undefined, "not an amount in USD"));
const time = text.check(z.refine((written) => !Number.isNaN(Date.parse(written)), "not a time"));
const bounds = z.tuple([count, z.nullable(count)]);

const tokens: Fields<EntryTokens> = {
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: z.optional(count),
  cacheWriteTokens: z.optional(count),
  reasoningTokens: z.optional(count),
  units: z.optional(z.record(text, count)),
};

const estimate = object<UsageBounds>({
  reason: text,
  inputTokens: bounds,
  outputTokens: bounds,
  cachedInputTokens: z.optional(z.tuple([count, count])),
});

const usage = object<EntryUsage>({
  ...tokens,
  source: z.enum(["server", "estimated"]),
  estimate: z.optional(estimate),
  doubts: z.optional(z.array(text)),
  atLeast: some,
});

const component = object<EntryCostComponent>({
  usd,
  tokens: z.optional(count),
  usdPerMillion: z.optional(usd),
  count: z.optional(count),
  usdPerThousand: z.optional(usd),
  seconds: z.optional(z.number()),
  gpus: z.optional(z.number()),
  share: z.optional(z.number()),
  usdPerHour: z.optional(usd),
});

const cost = object<EntryCost>({
  status: z.enum(["priced", "free", "unpriced", "none"]),
  usd: z.nullable(usd),
  lowUsd: z.nullable(usd),
  highUsd: z.nullable(usd),
  components: z.record(text, component),
  basis: text,
  row: z.nullable(text),
  checkedOn: z.nullable(text),
  reason: text,
  assumptions: z.array(text),
  warnings: z.array(text),
});

const serverCost = object<ServerCost>({
  usd: z.nullable(usd),
  upstreamUsd: z.optional(usd),
  atLeast: some,
  isTrusted: z.boolean(),
});

const attempt = object<EntryAttempt>({
  status: z.optional(z.number()),
  failed: z.optional(z.literal(true)),
  reached: z.boolean(),
  usage: z.optional(object<EntryTokens>(tokens)),
});

const budget = object<EntryBudget>({
  name: text,
  key: text,
  pot: text,
  from: z.optional(time),
  held: usd,
  settled: usd,
});

const entry = object<LedgerEntry>({
  schemaVersion: z.literal(LEDGER_SCHEMA_VERSION),
  id: text.check(z.minLength(1)),
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
  privateHost: z.optional(z.boolean()),
  clientOf: some,
  pricing: z.optional(z.unknown()),
  serverCost: z.optional(serverCost),
  isServerTrusted: z.optional(z.boolean()),
  usage: z.optional(usage),
  cost,
  outcome: z.enum(["ok", "error", "aborted", "denied", "cache-hit"]),
  errorType: some,
  errorStatus: z.optional(count),
  startedAt: time,
  endedAt: time,
  latencyMs: z.number().check(z.minimum(0)),
  serverMs: duration,
  timeToFirstTokenMs: duration,
  tags: z.array(text),
  metadata: z.record(text, z.union([text, z.number(), z.boolean()])),
  attempts: z.optional(z.array(attempt)),
  budgets: z.optional(z.array(budget)),
});

/** An entry, or why it is none. */
export type ParsedEntry = { entry: LedgerEntry } | { reason: string };

/** Checks what claims to be an entry. Fields that this version does not know are kept. A reason is one line that can be printed. */
export function parseEntry(value: unknown): ParsedEntry {
  if (isObject(value) && "schemaVersion" in value && value.schemaVersion !== LEDGER_SCHEMA_VERSION)
    return refused(
      `its schemaVersion is \`${shown(value.schemaVersion)}\`, this package reads ${LEDGER_SCHEMA_VERSION}`,
    );
  const result = entry.safeParse(value, { error: en().localeError });
  if (result.success) return { entry: result.data };
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : `\`${issue.path.join(".")}\`: `;
  return refused(`${where}${issue?.message ?? "not an entry"}`);
}

const MAX_REASON = 300;

function refused(reason: string): ParsedEntry {
  return { reason: boundText(cleanLine(reason), MAX_REASON) };
}
