/** A column of the table: its name, its type, and its value, out of an entry `e` as jsonb. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

const started = "(e->>'startedAt')::timestamptz";
const ended = "(e->>'endedAt')::timestamptz";
const inMs = (time: string) => `(extract(epoch FROM ${time}) * 1000)::bigint`;

/** What tells calls of one id apart, as `callKey` does. `escaped`: see `insertion`. */
const CALL = `md5(jsonb_build_array(e->'escaped', e->'id', ${inMs(started)}, ${inMs(ended)}, e->'outcome', e->'provider',
  e->'modelRequested', e#>'{usage,inputTokens}', e#>'{usage,outputTokens}')::text)::uuid`;

const text = (name: string, field: string, more = ""): Column => ({
  name,
  type: `text${more}`,
  value: `e->>'${field}'`,
});
const given = " NOT NULL";
const inside = (name: string, type: string, path: string): Column => ({
  name,
  type,
  value: `(e#>>'{${path}}')::${type}`,
});

/** What views and people look for in a call; `entry` is all of it, as it was recorded. */
export const COLUMNS: readonly Column[] = [
  text("id", "id", ` COLLATE "C"${given}`),
  { name: "call", type: `uuid${given}`, value: CALL },
  { name: "started_at", type: `timestamptz${given}`, value: started },
  { name: "ended_at", type: `timestamptz${given}`, value: ended },
  text("outcome", "outcome", given),
  text("provider", "provider", given),
  text("model", "modelRequested", given),
  text("model_served", "modelServed"),
  text("tier", "tier"),
  text("response_id", "responseId"),
  text("run_id", "runId", given),
  text("parent_run_id", "parentRunId"),
  text("trace_id", "traceId"),
  text("thread_id", "threadId"),
  text("agent", "agent"),
  text("node", "node"),
  text("user_id", "user"),
  text("session_id", "session"),
  { name: "tags", type: `text[]${given}`, value: "ARRAY(SELECT jsonb_array_elements_text(e->'tags'))" },
  inside("usage_source", "text", "usage,source"),
  inside("input_tokens", "bigint", "usage,inputTokens"),
  inside("cached_input_tokens", "bigint", "usage,cachedInputTokens"),
  inside("output_tokens", "bigint", "usage,outputTokens"),
  inside("reasoning_tokens", "bigint", "usage,reasoningTokens"),
  { name: "cost_status", type: `text${given}`, value: "e#>>'{cost,status}'" },
  inside("usd", "numeric", "cost,usd"),
  inside("low_usd", "numeric", "cost,lowUsd"),
  inside("high_usd", "numeric", "cost,highUsd"),
  inside("price_row", "text", "cost,row"),
  text("error_type", "errorType"),
  inside("error_status", "int", "errorStatus"),
  inside("latency_ms", "double precision", "latencyMs"),
  inside("time_to_first_token_ms", "double precision", "timeToFirstTokenMs"),
  { name: "entry", type: `json${given}`, value: "raw" },
];
