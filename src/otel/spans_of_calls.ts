import {
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type TracerProvider,
} from "@opentelemetry/api";
import { toNumber, tryParseUsd } from "../base/money.js";
import { keepSpannedRuns } from "../books/spanned_runs.js";
import type { LedgerEntry } from "../ledger/entry.js";
import { callAttributes, endAttributes, wasSent } from "./metrics_attributes.js";
import { SCOPE } from "./metrics.js";
import { TOKEN_COUNTS } from "./metrics_tokens.js";
import { hasOtherSpan } from "./spans_of_others.js";

const MS_PER_SECOND = 1000;

/** Makes spans of calls that nobody else makes one of. */
export class CallSpans {
  constructor(readonly provider: TracerProvider | undefined) {
    keepSpannedRuns();
  }

  /** @param context - in which the call began: its span there is the parent */
  record(entry: LedgerEntry, context: Context): void {
    if (!wasSent(entry) || hasOtherSpan(entry.runId, context)) return;
    const tracer = (this.provider ?? trace.getTracerProvider()).getTracer(SCOPE);
    const span = tracer.startSpan(
      `chat ${entry.modelRequested}`,
      { kind: SpanKind.CLIENT, startTime: new Date(entry.startedAt), attributes: spanAttributes(entry) },
      context,
    );
    // What an error says may be private.
    if (entry.errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(new Date(entry.endedAt));
  }
}

function spanAttributes(entry: LedgerEntry): Attributes {
  const { responseId, threadId, session, agent, timeToFirstTokenMs } = entry;
  return {
    ...callAttributes(entry),
    ...endAttributes(entry),
    ...usageAttributes(entry),
    ...costAttributes(entry),
    ...streamAttributes(timeToFirstTokenMs),
    "gen_ai.response.id": responseId,
    "gen_ai.conversation.id": threadId ?? session,
    "gen_ai.agent.name": agent,
  };
}

function streamAttributes(timeToFirstTokenMs: number | undefined): Attributes {
  if (timeToFirstTokenMs === undefined) return {};
  return {
    "gen_ai.request.stream": true,
    "gen_ai.response.time_to_first_chunk": timeToFirstTokenMs / MS_PER_SECOND,
  };
}

/** Estimates stand here too, since tools know no other place; the source says so. */
function usageAttributes({ usage }: LedgerEntry): Attributes {
  if (usage === undefined) return {};
  const attributes: Attributes = { "langchain_metered.usage_source": usage.source };
  for (const [count, name] of TOKEN_COUNTS) attributes[`gen_ai.usage.${name}`] = usage[count];
  return attributes;
}

function costAttributes({ cost }: LedgerEntry): Attributes {
  const said: Attributes = {
    "langchain_metered.cost_status": cost.status,
    "langchain_metered.price_row": cost.row ?? undefined,
  };
  // Books may count it as zero, which is their user's word and nobody's price.
  if (cost.status === "unpriced") return { ...said, "langchain_metered.unpriced_reason": cost.reason };
  return {
    ...said,
    "gen_ai.usage.cost": numberOf(cost.usd),
    "langchain_metered.cost_low_usd": numberOf(cost.lowUsd),
    "langchain_metered.cost_high_usd": numberOf(cost.highUsd),
  };
}

function numberOf(amount: string | null): number | undefined {
  const usd = tryParseUsd(amount);
  return usd === undefined ? undefined : toNumber(usd);
}
