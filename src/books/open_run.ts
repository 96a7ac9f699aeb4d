import type { LedgerEntry } from "../ledger/entry.js";
import { expectedCall, type ExpectedCall } from "./call_facts.js";
import { Heard } from "./heard.js";
import { keptParams } from "./kept_params.js";
import { hidesAudio } from "./prompt_audio.js";
import type { Fields } from "./spellings/spelled.js";
import type { RunTrace } from "./tracing.js";
import { fieldsOf, itemsOf, nonEmpty } from "../base/json.js";

/** Who a call belongs to: what the books say of its run beside figures. */
export type RunLabels = Pick<
  LedgerEntry,
  "parentRunId" | "traceId" | "threadId" | "agent" | "node" | "user" | "session" | "tags" | "metadata"
>;

/** What is remembered of a run from its start to its end. */
export interface OpenRun {
  runId: string;
  startedMs: number;
  expected: ExpectedCall;
  /** How the call was parametrised, and what was heard of it on the way, where it is another package's. */
  params?: Fields;
  heard?: Heard;
  labels: RunLabels;
  /** Distinguishes runs that were given the same id. */
  repetition: number;
  /** The run's place in LangSmith's trace, where there is one. */
  trace?: RunTrace;
}

/** The arguments of a start event that matter. */
export interface StartEvent {
  model?: unknown;
  prompt?: unknown;
  runId: string;
  parentRunId?: string;
  traceId?: string;
  extraParams?: unknown;
  tags?: unknown;
  metadata?: unknown;
}

/** The arguments of core's start events: those of `handleChatModelStart` and `handleLLMStart` differ in their prompt only. */
export type StartArguments = [
  model: unknown,
  prompt: unknown,
  runId: string,
  parentRunId?: string,
  extraParams?: Record<string, unknown>,
  tags?: string[],
  metadata?: Record<string, unknown>,
];

/** What matters of a start event. */
export function startEvent([
  model,
  prompt,
  runId,
  parentRunId,
  extraParams,
  tags,
  metadata,
]: StartArguments): StartEvent {
  return { model, prompt, runId, parentRunId, extraParams, tags, metadata };
}

/** What to remember of a run that starts. Never throws: what cannot be read is not known. */
export function openRun(event: StartEvent, startedMs: number, repetition: number): OpenRun {
  try {
    return readStart(event, startedMs, repetition);
  } catch {
    const { runId } = event;
    return { runId, startedMs, repetition, expected: expectedCall(undefined), labels: { tags: [], metadata: {} } };
  }
}

function readStart(event: StartEvent, startedMs: number, repetition: number): OpenRun {
  const expected = expectedCall(event.metadata, event.extraParams, event.model);
  const run = { runId: event.runId, startedMs, repetition, expected, labels: labelsOf(event) };
  if (expected.isOurs) return run;
  const heard = new Heard(hidesAudio(expected.className, event.prompt));
  return { ...run, params: keptParams(event.extraParams), heard };
}

const MAX_VALUES = 32;
const MAX_TEXT = 256;

function labelsOf({ parentRunId, traceId, tags, metadata }: StartEvent): RunLabels {
  const fields = fieldsOf(metadata);
  return {
    parentRunId,
    traceId,
    threadId: nonEmpty(fields.thread_id),
    agent: nonEmpty(fields.lc_agent_name),
    node: nonEmpty(fields.langgraph_node),
    user: nonEmpty(fields.user) ?? nonEmpty(fields.user_id),
    session: nonEmpty(fields.session) ?? nonEmpty(fields.session_id),
    tags: itemsOf(tags).filter((tag) => typeof tag === "string"),
    metadata: plainValues(fields),
  };
}

/** What frameworks put among a caller's metadata. */
const FRAMEWORK_KEY = /^(?:ls_|lc_|langgraph_|checkpoint_|__|metered$|thread_id$|versions$|run_id$)/;

function plainValues(fields: Readonly<Record<string, unknown>>): LedgerEntry["metadata"] {
  const values: LedgerEntry["metadata"] = {};
  for (const [key, value] of Object.entries(fields)) {
    if (FRAMEWORK_KEY.test(key)) continue;
    if (typeof value === "string") values[key] = value.slice(0, MAX_TEXT);
    else if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) values[key] = value;
    if (Object.keys(values).length === MAX_VALUES) break;
  }
  return values;
}
