import {
  metrics,
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  type MeterProvider,
} from "@opentelemetry/api";
import { toNumber, tryParseUsd } from "../base/money.js";
import type { EntryTokens, LedgerEntry, OpenedCall } from "../ledger/entry.js";
import { askedAttributes, callAttributes, endAttributes, wasSent } from "./metrics_attributes.js";
import { TOKEN_COUNTS, tokensByModality, type TokenCount } from "./metrics_tokens.js";

/** Who makes the metrics and spans, as OpenTelemetry calls it. */
export const SCOPE = "langchain-metered";

const TOKENS = { unit: "{token}" };
const CALLS = { unit: "{call}" };

/** The boundaries that the convention gives. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FOURFOLD = 4;
const TOKENS_PER_CALL = Array.from({ length: 14 }, (_, power) => FOURFOLD ** power);

const MS_PER_SECOND = 1000;

/** The counters of one kind of tokens: what providers counted, and what was estimated where they did not. */
interface TokenCounters {
  count: TokenCount;
  reported: Counter;
  estimated: Counter;
}

type Instruments = ReturnType<typeof makeInstruments>;

/** All that calls are counted in. Instruments of one name and provider are one, whoever makes them. */
function makeInstruments(meter: Meter) {
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { description, unit: "s", advice: { explicitBucketBoundaries: SECONDS } });
  const perCall = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { description, ...TOKENS, advice: { explicitBucketBoundaries: TOKENS_PER_CALL } });
  const own = (name: string, description: string, unit = CALLS): Counter =>
    meter.createCounter(`langchain_metered.client.${name}`, { description, ...unit });
  return {
    tokens: TOKEN_COUNTS.map(([count, name, description]): TokenCounters => ({
      count,
      reported: meter.createCounter(`gen_ai.client.inference.usage.${name}`, { description, ...TOKENS }),
      estimated: own(`estimated.${name}`, `${description}, by our own estimate`, TOKENS),
    })),
    inputTokens: perCall("gen_ai.client.inference.operation.input_tokens", "Input tokens of a call"),
    outputTokens: perCall("gen_ai.client.inference.operation.output_tokens", "Output tokens of a call"),
    duration: seconds("gen_ai.client.inference.duration", "How long calls took"),
    firstChunk: seconds("gen_ai.client.inference.time_to_first_chunk", "How long streams took to begin"),
    cost: own("cost", "What calls cost, as far as it is known", { unit: "USD" }),
    unpriced: own("unpriced", "Calls whose cost is not known"),
    denied: own("denied", "Calls that a budget or a missing price refused"),
    open: meter.createUpDownCounter("langchain_metered.client.open", {
      description: "Calls that have begun and not ended",
      ...CALLS,
    }),
  };
}

/** What calls add to the metrics of one meter provider. */
export class CallMetrics {
  readonly #to: Instruments;

  constructor(readonly provider: MeterProvider) {
    this.#to = makeInstruments(provider.getMeter(SCOPE));
  }

  /** Counts a call as open. @returns what ends that */
  opened(call: OpenedCall): () => void {
    const attributes = askedAttributes(call);
    this.#to.open.add(1, attributes);
    return () => this.#to.open.add(-1, attributes);
  }

  /** Adds a call that has ended. */
  record(entry: LedgerEntry): void {
    const call = callAttributes(entry);
    const ended = { ...call, ...endAttributes(entry) };
    if (entry.outcome === "denied") this.#to.denied.add(1, ended);
    if (!wasSent(entry)) return;
    this.#recordTimes(entry, ended);
    this.#recordTokens(entry, call, ended);
    this.#recordCost(entry, ended);
  }

  #recordTimes({ latencyMs, timeToFirstTokenMs }: LedgerEntry, ended: Attributes): void {
    this.#to.duration.record(latencyMs / MS_PER_SECOND, ended);
    if (timeToFirstTokenMs !== undefined) this.#to.firstChunk.record(timeToFirstTokenMs / MS_PER_SECOND, ended);
  }

  /** The convention wants a provider's own counts, and 0 of a modality that is not known where it gave none. */
  #recordTokens({ usage }: LedgerEntry, call: Attributes, ended: Attributes): void {
    const reported = usage?.source === "server" ? usage : NO_TOKENS;
    const ofModality = (modality: string) => ({ ...call, "gen_ai.token.modality": modality });
    const unknown = ofModality("unknown");
    for (const counters of this.#to.tokens) {
      for (const [modality, count] of tokensByModality(reported, counters.count))
        counters.reported.add(count, modality === "unknown" ? unknown : ofModality(modality));
      const estimated = usage?.source === "estimated" ? usage[counters.count] : undefined;
      if (estimated !== undefined) counters.estimated.add(estimated, call);
    }
    if (reported === NO_TOKENS) return;
    this.#to.inputTokens.record(reported.inputTokens, ended);
    this.#to.outputTokens.record(reported.outputTokens, ended);
  }

  #recordCost({ cost, usage }: LedgerEntry, ended: Attributes): void {
    const usd = tryParseUsd(cost.usd);
    if (cost.status === "unpriced" || usd === undefined) this.#to.unpriced.add(1, ended);
    if (usd === undefined) return;
    const source = usage === undefined ? {} : { "langchain_metered.usage_source": usage.source };
    this.#to.cost.add(toNumber(usd), { ...ended, ...source });
  }
}

const NO_TOKENS: EntryTokens = { inputTokens: 0, outputTokens: 0 };

/** The instruments of a meter provider, made once: of the global one as it is now where none is given. */
export class CurrentMetrics {
  #metrics: CallMetrics | undefined;

  constructor(readonly provider: MeterProvider | undefined) {}

  get(): CallMetrics {
    const provider = this.provider ?? metrics.getMeterProvider();
    if (this.#metrics?.provider !== provider) this.#metrics = new CallMetrics(provider);
    return this.#metrics;
  }
}
