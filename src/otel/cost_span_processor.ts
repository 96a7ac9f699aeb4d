import { diag } from "@opentelemetry/api";
import { attempt } from "../base/attempt.js";
import { checkOptions, SWITCH, type OptionChecks } from "../base/check_options.js";
import { keepSettledRuns } from "../books/settled_runs.js";
import { isPriceTable } from "../pricing/look_up/schema.js";
import { costAttributes, type Written } from "./cost_attributes.js";
import { langfuseUsage } from "./langfuse.js";
import { readSpan } from "./read_span.js";
import { costOfSpan, type SpanPricing } from "./span_cost.js";

/** Options of `CostSpanProcessor`. */
export interface CostSpanProcessorInput extends SpanPricing {
  /** Prices that go before the built-in ones; see `definePriceTable`. */
  table?: SpanPricing["table"];
  /** Warn, in `langchain_metered.cost_warnings`, when a price was last checked more than this many days before the call. */
  maxPriceAgeDays?: number | undefined;
  /**
   * Believe what a span of this package's models says of its price, where the books have no entry of the call any more, and the
   * model and service tier that any answer names.
   * @default false
   */
  trustServerPrices?: boolean | undefined;
  /**
   * Write costs also under names that may change: those of OpenTelemetry's draft (`gen_ai.usage.cost.amount`, `.currency`,
   * `.source`) and Sentry's (`gen_ai.cost.*`).
   * @default false
   */
  draftNames?: boolean | undefined;
}

/** What is used of a span of OpenTelemetry's SDK. */
export interface PricedSpan {
  readonly attributes: Record<string, unknown>;
  /** Seconds and nanoseconds since 1970. */
  readonly startTime: readonly [seconds: number, nanoseconds: number] | number[];
}

/**
 * Writes dollars onto the spans of models' calls as they end, whichever instrumentation made them. Put it first among the span
 * processors.
 * @example
 * import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
 *
 * const exporter = new InMemorySpanExporter();
 * const spanProcessors = [new CostSpanProcessor(), new SimpleSpanProcessor(exporter)];
 * const span = new BasicTracerProvider({ spanProcessors }).getTracer("app").startSpan("chat kimi-k3");
 * span.setAttributes({ "gen_ai.operation.name": "chat", "gen_ai.provider.name": "fireworks" });
 * span.setAttributes({ "gen_ai.request.model": "accounts/fireworks/models/kimi-k3" });
 * span.setAttributes({ "gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 500 });
 * span.setAttributes({ "gen_ai.usage.cache_read.input_tokens": 0 });
 * span.end();
 * exporter.getFinishedSpans()[0]?.attributes["llm.cost.total"]; // dollars
 */
export class CostSpanProcessor {
  readonly #input: CostSpanProcessorInput;
  /** Older SDKs, and processors around this one, tell of a span's end alone; newer ones of its ending too. */
  readonly #priced = new WeakSet<object>();
  #hasWarned = false;

  /** @throws ConfigurationError for options that do not exist, and values that cannot be */
  constructor(input: CostSpanProcessorInput = {}) {
    checkOptions("`CostSpanProcessor`", input, CHECKS);
    this.#input = { ...input };
    keepSettledRuns();
  }

  /** Does nothing: what a call cost is known when it ends. */
  onStart(): void {}

  /** Called by newer SDKs of 2.x, before any processor hears of the end. */
  onEnding(span: PricedSpan): void {
    this.#price(span);
  }

  /** Called by every SDK; processors that come later see what is written here. */
  onEnd(span: PricedSpan): void {
    this.#price(span);
  }

  /** Nothing is kept back. */
  async forceFlush(): Promise<void> {}

  /** Nothing is to be closed. */
  async shutdown(): Promise<void> {}

  #price(span: PricedSpan): void {
    if (this.#priced.has(span)) return;
    this.#priced.add(span);
    attempt(() => this.#write(span), undefined);
  }

  #write(span: PricedSpan): void {
    const facts = readSpan(span.attributes);
    const [seconds = 0, nanoseconds = 0] = span.startTime;
    const found = facts && costOfSpan(facts, seconds * 1000 + nanoseconds / 1e6, this.#input);
    if (found === undefined) return;
    const written = {
      ...costAttributes(found, span.attributes, this.#input.draftNames === true),
      ...langfuseUsage(span.attributes, found.usage),
    };
    if (isWritten(span, written) || this.#hasWarned) return;
    this.#hasWarned = true;
    diag.warn(
      "`CostSpanProcessor` cannot write onto spans of this SDK: they have no dollars. Use `@opentelemetry/sdk-trace-base` 1.x or 2.x, and put the processor first among the span processors.",
    );
  }
}

/** Not by `setAttribute`, which refuses once a span has 128 attributes, as long conversations have, or has ended. */
function isWritten(span: PricedSpan, written: Written): boolean {
  return Object.entries(written).every(
    ([name, value]) => Reflect.set(span.attributes, name, value) && span.attributes[name] === value,
  );
}

const CHECKS: OptionChecks<CostSpanProcessorInput> = {
  table: [isPriceTable, "Pass what `definePriceTable` returns."],
  maxPriceAgeDays: [(value) => typeof value === "number" && value >= 0, "It must be a number of days of at least 0."],
  trustServerPrices: SWITCH,
  draftNames: SWITCH,
};
