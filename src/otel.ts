/**
 * Dollars on OpenTelemetry's spans, and calls as its metrics. Needs `@opentelemetry/api`.
 * @module langchain-metered/otel
 */
export { CostSpanProcessor, type CostSpanProcessorInput, type PricedSpan } from "./otel/cost_span_processor.js";
export type { SpanPricing } from "./otel/span_cost.js";
export { OtelLedger, type OtelLedgerInput } from "./otel/otel_ledger.js";
