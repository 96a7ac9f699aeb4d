import { context, type Context, type MeterProvider, type TracerProvider } from "@opentelemetry/api";
import { checkOptions, SWITCH, type OptionChecks } from "../base/check_options.js";
import { BoundedMap } from "../ledger/bounded_map.js";
import type { Ledger, LedgerEntry, OpenedCall } from "../ledger/entry.js";
import { CurrentMetrics } from "./metrics.js";
import { CallSpans } from "./spans_of_calls.js";

/** Options of `OtelLedger`. */
export interface OtelLedgerInput {
  /** Makes a span of each call too, where no instrumentation does. @default false */
  spans?: boolean | undefined;
  /** Whose meter counts. @default the global one, also where it is set later */
  meterProvider?: MeterProvider | undefined;
  /** Whose tracer makes the spans. @default the global one, also where it is set later */
  tracerProvider?: TracerProvider | undefined;
}

/** Of calls that never end, the newest so many are counted as open. */
const MOST_OPEN = 10_000;

/** As much of a run's id as is left of the longest in every entry. */
const ID_PART = 60;

/** What is kept of a call that has begun. */
interface OpenCall {
  close: () => void;
  context: Context | undefined;
}

/**
 * Calls as OpenTelemetry's GenAI metrics, with counters of dollars, of estimated tokens, of calls without a price and of denied ones,
 * and a gauge of those that are open; on request a span of each.
 * @example
 * const costs = new CostCallbackHandler({ ledger: [new MemoryLedger(), new OtelLedger({ spans: true })] });
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { callbacks: [costs] });
 * await model.invoke("What are tides?");
 * costs.totals.calls; // 1
 */
export class OtelLedger implements Ledger {
  readonly #metrics: CurrentMetrics;
  readonly #spans: CallSpans | undefined;
  readonly #open = new BoundedMap<string, OpenCall>(MOST_OPEN);

  /** @throws ConfigurationError for options that cannot work */
  constructor(input: OtelLedgerInput = {}) {
    checkOptions("`OtelLedger`", input, CHECKS);
    this.#metrics = new CurrentMetrics(input.meterProvider);
    if (input.spans === true) this.#spans = new CallSpans(input.tracerProvider);
  }

  /** Counts a call as open. Handlers that share the ledger may all tell of it. */
  opened(call: OpenedCall): void {
    const key = call.runId.slice(0, ID_PART);
    if (this.#open.has(key)) return;
    if (this.#open.size === this.#open.limit) this.#open.oldest?.close();
    const close = this.#metrics.get().opened(call);
    this.#open.set(key, { close, context: this.#spans && context.active() });
  }

  record(entry: LedgerEntry): void {
    const key = entry.runId.slice(0, ID_PART);
    const call = this.#open.get(key);
    this.#open.delete(key);
    call?.close();
    this.#metrics.get().record(entry);
    this.#spans?.record(entry, call?.context ?? context.active());
  }
}

const CHECKS: OptionChecks<OtelLedgerInput> = {
  spans: SWITCH,
  meterProvider: [(value) => hasMethod(value, "getMeter"), "Pass a `MeterProvider` of OpenTelemetry."],
  tracerProvider: [(value) => hasMethod(value, "getTracer"), "Pass a `TracerProvider` of OpenTelemetry."],
};

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, name) === "function";
}
