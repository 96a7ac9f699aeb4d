import { z } from "zod";
import { tryParseUsd } from "../base/money.js";
import { once } from "../base/once.js";
import { LEDGER_SCHEMA_VERSION, type LedgerEntry } from "./entry.js";

// Made when the first entry is read: most programs that load this package read none.
const count = once(() => z.number().int().min(0));
const usd = once(() => z.string().refine((text) => tryParseUsd(text) !== undefined, "not an amount in USD"));
const text = once(() => z.string().optional());
const time = once(() => z.string().refine((written) => !Number.isNaN(Date.parse(written)), "not a time"));

const counts = once(() =>
  z.looseObject({
    inputTokens: count(),
    outputTokens: count(),
    cachedInputTokens: count().optional(),
    cacheWriteTokens: count().optional(),
    reasoningTokens: count().optional(),
  }),
);

const usage = once(() =>
  counts().extend({
    source: z.enum(["server", "estimated"]),
    estimate: z
      .looseObject({
        reason: z.string(),
        inputTokens: z.tuple([count(), count().nullable()]),
        outputTokens: z.tuple([count(), count().nullable()]),
        cachedInputTokens: z.tuple([count(), count()]).optional(),
      })
      .optional(),
  }),
);

const component = once(() =>
  z.looseObject({
    usd: usd(),
    tokens: count().optional(),
    usdPerMillion: usd().optional(),
    seconds: z.number().optional(),
    gpus: z.number().optional(),
    share: z.number().optional(),
    usdPerHour: usd().optional(),
  }),
);

const cost = once(() =>
  z.looseObject({
    status: z.enum(["priced", "free", "unpriced", "none"]),
    usd: usd().nullable(),
    lowUsd: usd().nullable(),
    highUsd: usd().nullable(),
    components: z.record(z.string(), component()),
    basis: z.string(),
    row: z.string().nullable(),
    checkedOn: z.string().nullable(),
    reason: z.string(),
    assumptions: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
);

const attempt = once(() =>
  z.looseObject({
    status: z.number().optional(),
    failed: z.literal(true).optional(),
    reached: z.boolean(),
    usage: counts().optional(),
  }),
);

const entry = once(() =>
  z.looseObject({
    schemaVersion: z.literal(LEDGER_SCHEMA_VERSION),
    id: z.string().min(1),
    runId: z.string(),
    parentRunId: text(),
    traceId: text(),
    threadId: text(),
    agent: text(),
    node: text(),
    user: text(),
    session: text(),
    provider: z.string(),
    modelRequested: z.string(),
    modelServed: text(),
    tier: text(),
    host: text(),
    privateHost: z.boolean().optional(),
    pricing: z.unknown().optional(),
    usage: usage().optional(),
    cost: cost(),
    outcome: z.enum(["ok", "error", "aborted", "denied", "cache-hit"]),
    errorType: text(),
    errorStatus: count().optional(),
    startedAt: time(),
    endedAt: time(),
    latencyMs: z.number().min(0),
    serverMs: z.number().min(0).optional(),
    timeToFirstTokenMs: z.number().min(0).optional(),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    attempts: z.array(attempt()).optional(),
  }),
);

/** An entry, or why it is none. */
export type ParsedEntry = { entry: LedgerEntry } | { reason: string };

/** Checks what claims to be an entry. Fields that this version does not know are kept. */
export function parseEntry(value: unknown): ParsedEntry {
  if (
    typeof value === "object" &&
    value !== null &&
    "schemaVersion" in value &&
    value.schemaVersion !== LEDGER_SCHEMA_VERSION
  ) {
    return {
      reason: `its schemaVersion is \`${String(value.schemaVersion)}\`, this package reads ${LEDGER_SCHEMA_VERSION}`,
    };
  }
  const result = entry().safeParse(value);
  if (result.success) return { entry: result.data };
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : `\`${issue.path.join(".")}\`: `;
  return { reason: `${where}${issue?.message ?? "not an entry"}` };
}
