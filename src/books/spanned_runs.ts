import { BoundedMap } from "../ledger/bounded_map.js";
import { boundName } from "../ledger/bounds.js";

/** Handlers that make a span of each run that they hear of, by their names: OpenInference's, Langfuse's, OpenLLMetry's. */
const SPAN_MAKERS: readonly string[] = [
  "OpenInferenceLangChainTracer",
  "LangfuseCallbackHandler",
  "traceloop_callback_handler",
];

/** The newest runs that have a span. */
type SpannedRuns = BoundedMap<string, true>;

/** Where they are: an application may have both builds of the package. To be counted up with `SpannedRuns`. */
const SPANNED = Symbol.for("langchain-metered.spanned.1");

const MOST_RUNS = 10_000;

/** Keeps from now on which runs have a span of somebody else's. */
export function keepSpannedRuns(): void {
  if (kept() === undefined) Reflect.defineProperty(globalThis, SPANNED, { value: new BoundedMap(MOST_RUNS) });
}

/** Says who hears of a run. Costs nothing where nobody asked to keep it. The run's id is kept as entries have it. */
export function tellListeners(runId: string, handlers: readonly unknown[]): void {
  const runs = kept();
  if (runs !== undefined && makeSpans(handlers)) runs.set(boundName(runId), true);
}

/** Whether a handler of that run makes a span of it, as far as that was told. */
export function isSpanned(runId: string): boolean {
  return kept()?.has(runId) === true;
}

/** Whether one of the handlers makes a span of each run. */
export function makeSpans(handlers: readonly unknown[]): boolean {
  return handlers.some((handler) => SPAN_MAKERS.includes(String(Reflect.get(Object(handler), "name"))));
}

function kept(): SpannedRuns | undefined {
  // Nobody else has this symbol.
  return Reflect.get(globalThis, SPANNED) as SpannedRuns | undefined;
}
