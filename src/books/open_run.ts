import { merged } from "../base/merged.js";
import type { CallHold } from "../budget/gate.js";
import { boundFields, boundName, boundTags } from "../ledger/bounds.js";
import type { LedgerEntry } from "../ledger/entry.js";
import { expectedCall, type ExpectedCall } from "../ledger/expected_call.js";
import { nextPlace } from "./ended_calls.js";
import type { AskedCall } from "./run_end.js";
import { Heard } from "./heard.js";
import { keptParams } from "./kept_params.js";
import { hidesAudio } from "./prompt_audio.js";
import { claimMetadata } from "./run_metadata.js";
import type { Fields } from "./spellings/spelled.js";
import type { RunTrace } from "./tracing.js";
import { fieldsOf, itemsOf, nonEmpty, type Json } from "../base/json.js";

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
  /** The object that its tracers have too, where it is another package's. */
  metadata?: WeakRef<Json>;
  labels: RunLabels;
  /** When it started, by the order of starts and ends: what tells runs apart that were given the same id. */
  place: number;
  /** What was asked, as long as somebody else keeps it: a handler that is listed twice is told of a start twice. */
  asked?: WeakRef<object>;
  /** Whether a run of this package's models and one of another's were open under its id: nothing but an answer's mark says whose it is. */
  isShared?: true;
  /** The entry's, known when the call has ended. */
  id: string;
  /** What it holds of budgets. */
  hold?: CallHold;
  /** The run's place in its traces, where there are some. */
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
export function openRun(event: StartEvent, startedMs: number): OpenRun {
  try {
    return readStart(event, startedMs);
  } catch {
    const { runId } = event;
    const labels = { tags: [], metadata: {} };
    return { runId, startedMs, place: nextPlace(), id: runId, expected: expectedCall(undefined), labels };
  }
}

function readStart(event: StartEvent, startedMs: number): OpenRun {
  const { runId, prompt } = event;
  const expected = expectedCall(event.metadata, event.extraParams, event.model);
  const asked = promptOf(prompt);
  const run: OpenRun = { runId, startedMs, place: nextPlace(), id: runId, expected, labels: labelsOf(event) };
  if (asked !== undefined) run.asked = new WeakRef(asked);
  if (expected.isOurs) return run;
  const heard = new Heard(hidesAudio(expected.className, event.prompt));
  const metadata = claimMetadata(event.metadata, runId);
  return merged(run, { params: keptParams(event.extraParams), heard, metadata });
}

const NO_MESSAGES = {};

/** The messages of a call: the one object that all start events of a chat model's run share. */
export function promptOf(prompt: unknown): object | undefined {
  const [messages] = itemsOf(prompt);
  if (Array.isArray(messages) && messages.length === 0) return NO_MESSAGES;
  return typeof messages === "object" && messages !== null ? messages : undefined;
}

function labelsOf({ parentRunId, traceId, tags, metadata }: StartEvent): RunLabels {
  const fields = fieldsOf(metadata);
  return {
    parentRunId,
    traceId,
    // These stay in memory as long as the run is open, the whole of a long text with each part of it.
    threadId: boundName(nonEmpty(fields.thread_id)),
    agent: boundName(nonEmpty(fields.lc_agent_name)),
    node: boundName(nonEmpty(fields.langgraph_node)),
    user: boundName(nonEmpty(fields.user) ?? nonEmpty(fields.user_id)),
    session: boundName(nonEmpty(fields.session) ?? nonEmpty(fields.session_id)),
    tags: boundTags(itemsOf(tags).filter((tag) => typeof tag === "string")),
    metadata: boundFields(plainValues(fields)),
  };
}

/** What frameworks put among a caller's metadata. */
const FRAMEWORK_KEY = /^(?:ls_|lc_|langgraph_|checkpoint_|__|metered(?:_run_id)?$|thread_id$|versions$|run_id$)/;

function plainValues(fields: Readonly<Record<string, unknown>>): LedgerEntry["metadata"] {
  const isPlain = ([key, value]: [string, unknown]): boolean =>
    !FRAMEWORK_KEY.test(key) && (["string", "boolean"].includes(typeof value) || Number.isFinite(value));
  // Checked by `isPlain`.
  return Object.fromEntries(Object.entries(fields).filter(isPlain)) as LedgerEntry["metadata"];
}

/** Where a run belongs, of which it is not known what it called. */
export function placeOf(run: OpenRun | undefined): Partial<OpenRun> {
  return run === undefined ? {} : { labels: run.labels, trace: run.trace };
}

/** Whether it is a call of this package's models. */
export const isOfOurs = ({ expected }: OpenRun): boolean => expected.isOurs;
/** Whether what comes on its way is listened to. */
export const isHeard = ({ heard }: OpenRun): boolean => heard !== undefined;

/** What its end is read with. */
export function askedOf({ expected, params, heard }: OpenRun): AskedCall {
  const { isOurs, className, modelRequested: model } = expected;
  return { isOurs, className, model, params, heard };
}
