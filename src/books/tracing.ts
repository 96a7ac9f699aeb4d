import { hasCost, type LangSmithUsage } from "./langsmith_usage.js";

/** What is used of a run that LangSmith's tracer keeps. */
interface TracedRun {
  id: string;
  trace_id?: string;
  extra?: { metadata?: Record<string, unknown> };
}

type Hook = (run: TracedRun) => unknown;

/** What is used of LangSmith's tracer. None of it is documented, so all of it is looked for before use. */
interface Tracer {
  getRun(id: string): TracedRun | undefined;
  onLLMEnd?: Hook;
  onLLMError?: Hook;
}

interface PendingRun {
  usage?: LangSmithUsage;
  /** Handlers that have not settled yet. */
  open: number;
  hasEnded: boolean;
}

/** A run's place in a trace. */
export interface RunTrace {
  /** The id of the trace, which is that of its outermost run. */
  readonly traceId: string | undefined;
  /** Says what the run used. To be called once, with `undefined` when nothing is known. */
  settle(usage: LangSmithUsage | undefined): void;
}

const decorations = new WeakMap<Tracer, TracerDecoration>();

/**
 * Prepares LangSmith's tracer among a run's handlers to send the run's cost with its usage. Core copies five token
 * fields into the run's metadata, and drops all others. Never throws; `undefined` when there is no tracer.
 */
export function traceRun(handlers: readonly unknown[], runId: string): RunTrace | undefined {
  try {
    const tracer = handlers.find(isTracer);
    return tracer === undefined ? undefined : decorate(tracer).open(runId);
  } catch {
    return undefined;
  }
}

function isTracer(handler: unknown): handler is Tracer {
  if (typeof handler !== "object" || handler === null) return false;
  return (
    "name" in handler &&
    handler.name === "langchain_tracer" &&
    "getRun" in handler &&
    typeof handler.getRun === "function"
  );
}

function decorate(tracer: Tracer): TracerDecoration {
  let decoration = decorations.get(tracer);
  if (decoration === undefined) {
    decoration = new TracerDecoration(tracer);
    decorations.set(tracer, decoration);
  }
  return decoration;
}

/** One tracer's two hooks, wrapped for as long as runs of ours are open on it. */
class TracerDecoration {
  readonly #runs = new Map<string, PendingRun>();
  #unwrap: (() => void) | undefined;

  constructor(readonly tracer: Tracer) {}

  open(runId: string): RunTrace {
    const pending = this.#runs.get(runId) ?? { open: 0, hasEnded: false };
    pending.open += 1;
    this.#runs.set(runId, pending);
    this.#unwrap ??= this.#wrap();
    return {
      traceId: this.tracer.getRun(runId)?.trace_id,
      settle: (usage) => this.#settle(runId, pending, usage),
    };
  }

  /** The first handler that knows a cost has the word; handlers of one run are called in their order. */
  #settle(runId: string, pending: PendingRun, usage: LangSmithUsage | undefined): void {
    pending.open -= 1;
    if (usage !== undefined && !hasCost(pending.usage)) pending.usage = usage;
    // A tracer that core awaits has had its hook called already, and sends a little later.
    const run = pending.hasEnded ? this.tracer.getRun(runId) : undefined;
    if (run !== undefined) write(run, pending.usage);
    this.#closeIfDone(runId, pending);
  }

  #ended(run: TracedRun): void {
    const pending = this.#runs.get(run.id);
    if (pending === undefined) return;
    pending.hasEnded = true;
    write(run, pending.usage);
    this.#closeIfDone(run.id, pending);
  }

  #closeIfDone(runId: string, pending: PendingRun): void {
    if (!pending.hasEnded || pending.open > 0) return;
    this.#runs.delete(runId);
    if (this.#runs.size > 0) return;
    this.#unwrap?.();
    this.#unwrap = undefined;
  }

  #wrap(): () => void {
    const undo = (["onLLMEnd", "onLLMError"] as const).map((name) => this.#wrapHook(name));
    return () => undo.forEach((restore) => restore());
  }

  #wrapHook(name: "onLLMEnd" | "onLLMError"): () => void {
    const { tracer } = this;
    const original = tracer[name];
    const isOwn = Object.hasOwn(tracer, name);
    const wrapped: Hook = (run) => {
      // Core's hook writes into the metadata, which all runs of one `generate` share.
      if (this.#runs.has(run.id)) run.extra = { ...run.extra, metadata: { ...run.extra?.metadata } };
      const result = original?.call(tracer, run);
      this.#ended(run);
      return result;
    };
    tracer[name] = wrapped;
    return () => {
      // Someone who wrapped it after us keeps their wrapper; ours inside it does nothing for runs that are over.
      if (tracer[name] !== wrapped) return;
      if (isOwn) tracer[name] = original;
      else delete tracer[name];
    };
  }
}

function write(run: TracedRun, usage: LangSmithUsage | undefined): void {
  if (usage === undefined) return;
  run.extra = { ...run.extra, metadata: { ...run.extra?.metadata, usage_metadata: usage } };
}
