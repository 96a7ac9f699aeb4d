import { attempt } from "../base/attempt.js";
import { BoundedMap } from "../ledger/bounded_map.js";
import type { LangSmithUsage } from "./langsmith_usage.js";
import { partialResult } from "./partial_result.js";
import { describeIn, saysCost, type TraceMetadata } from "./trace_metadata.js";

/** What is used of a run that a tracer keeps. */
interface TracedRun {
  trace_id?: string;
  outputs?: object;
  extra?: { metadata?: Record<string, unknown> };
}

type Hook = (...told: [result: unknown, runId: string, ...others: unknown[]]) => unknown;
type HookName = "handleLLMEnd" | "handleLLMError";

/** What is used of a handler made from core's `BaseTracer`. Most of it is not documented, so all of it is looked for before use. */
type Tracer = Record<HookName, Hook> & { getRunById(id: string): TracedRun | undefined };

/** What a call came to. */
export interface TracedCall {
  usage: LangSmithUsage | undefined;
  metadata: TraceMetadata;
}

interface PendingRun {
  call?: TracedCall;
  /** Handlers that have not settled yet. */
  open: number;
  hasEnded: boolean;
}

/** A run's place in its traces. */
export interface RunTrace {
  /** The id of the trace, which is that of its outermost run. */
  readonly traceId: string | undefined;
  /** Says what the run came to. To be called once, with `undefined` when nothing is known. */
  settle(call: TracedCall | undefined): void;
}

/** On a tracer that is prepared: an application may have both builds of the package. To be counted up with `TracerDecoration`. */
const DECORATION = Symbol.for("langchain-metered.tracer.1");

/** How many runs of one tracer are remembered: one that is made anew may never tell of their ends. */
const MOST_RUNS = 10_000;

/**
 * Prepares the tracers among a run's handlers to send the run's cost with its usage, how sure it is, and what came of a run that
 * failed. Core copies five token fields into the run's metadata, and drops all others. Never throws; `undefined` when nobody
 * traces the run.
 */
export function traceRun(handlers: readonly unknown[], runId: string): RunTrace | undefined {
  const tracers = [...new Set(handlers)].filter(isTracer);
  const traces = tracers.flatMap((tracer) => attempt(() => decorate(tracer).open(runId), undefined) ?? []);
  if (traces.length === 0) return undefined;
  return {
    traceId: traces.find(({ traceId }) => traceId !== undefined)?.traceId,
    settle: (call) => traces.forEach((trace) => trace.settle(call)),
  };
}

function isTracer(handler: unknown): handler is Tracer {
  if (typeof handler !== "object" || handler === null) return false;
  const has = (name: keyof Tracer): boolean => typeof Reflect.get(handler, name) === "function";
  return has("getRunById") && has("handleLLMEnd") && has("handleLLMError");
}

function decorate(tracer: Tracer): TracerDecoration {
  // Nobody else has this symbol.
  const known = Reflect.get(tracer, DECORATION) as TracerDecoration | undefined;
  if (known !== undefined) return known;
  const decoration = new TracerDecoration(tracer);
  // Not enumerable: a copy of the tracer's fields is another tracer.
  Object.defineProperty(tracer, DECORATION, { value: decoration });
  return decoration;
}

/** One tracer's two hooks, wrapped for as long as runs of ours are open on it. */
class TracerDecoration {
  readonly #runs = new BoundedMap<string, PendingRun>(MOST_RUNS);
  #unwrap: (() => void) | undefined;

  constructor(readonly tracer: Tracer) {}

  /** `undefined` for a run that the tracer does not trace. */
  open(runId: string): RunTrace | undefined {
    const run = this.tracer.getRunById(runId);
    if (run === undefined) return undefined;
    const pending = this.#runs.get(runId) ?? { open: 0, hasEnded: false };
    pending.open += 1;
    this.#runs.set(runId, pending);
    this.#unwrap ??= this.#wrap();
    return { traceId: run.trace_id, settle: (call) => this.#settle(runId, pending, call) };
  }

  /** The first handler that knows a cost has the word; handlers of one run are called in their order. */
  #settle(runId: string, pending: PendingRun, call: TracedCall | undefined): void {
    pending.open -= 1;
    if (call !== undefined && !saysCost(pending.call?.metadata)) pending.call = call;
    // A tracer that core awaits has had its hook called already, and sends a little later.
    if (pending.hasEnded) this.#write(runId, pending);
    this.#closeIfDone(runId, pending);
  }

  /** Before the tracer hears of the end: what it reads at once must be there. */
  #ending(runId: string, pending: PendingRun, error: unknown): void {
    const run = this.tracer.getRunById(runId);
    if (run === undefined) return;
    // Core's hook writes into the metadata, which all runs of one `generate` share.
    run.extra = { ...run.extra, metadata: { ...run.extra?.metadata } };
    run.outputs ??= partialResult(error);
    this.#write(runId, pending);
  }

  #ended(runId: string, pending: PendingRun): void {
    pending.hasEnded = true;
    // Once more: core has put the bare tokens in the place of ours.
    this.#write(runId, pending);
    this.#closeIfDone(runId, pending);
  }

  #write(runId: string, { call }: PendingRun): void {
    const run = call === undefined ? undefined : this.tracer.getRunById(runId);
    if (call === undefined || run === undefined) return;
    const metadata = { ...run.extra?.metadata };
    describeIn(metadata, call.metadata);
    if (call.usage !== undefined) metadata.usage_metadata = call.usage;
    run.extra = { ...run.extra, metadata };
  }

  #closeIfDone(runId: string, pending: PendingRun): void {
    if (!pending.hasEnded || pending.open > 0) return;
    this.#runs.delete(runId);
    if (this.#runs.size > 0) return;
    this.#unwrap?.();
    this.#unwrap = undefined;
  }

  #wrap(): () => void {
    const undo = (["handleLLMEnd", "handleLLMError"] as const).map((name) => this.#wrapHook(name));
    return () => undo.forEach((restore) => restore());
  }

  #wrapHook(name: HookName): () => void {
    const { tracer } = this;
    const original = tracer[name];
    const isOwn = Object.hasOwn(tracer, name);
    const wrapped: Hook = (...told) => {
      const [result, runId] = told;
      const pending = this.#runs.get(runId);
      if (pending !== undefined) attempt(() => this.#ending(runId, pending, result), undefined);
      const returned = original.apply(tracer, told);
      if (pending !== undefined) attempt(() => this.#ended(runId, pending), undefined);
      return returned;
    };
    tracer[name] = wrapped;
    return () => {
      // Someone who wrapped it after us keeps their wrapper; ours inside it does nothing for runs that are over.
      if (tracer[name] !== wrapped) return;
      if (isOwn) tracer[name] = original;
      else Reflect.deleteProperty(tracer, name);
    };
  }
}
