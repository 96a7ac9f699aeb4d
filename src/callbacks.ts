/**
 * The books for any chat model. Loads no SDK and no chat model.
 * @module langchain-metered/callbacks
 */
export { CostCallbackHandler } from "./books/cost_handler.js";
export type { Costs, CostTotals } from "./books/costs.js";
export type { CostCallbackHandlerInput, OnUnpriced } from "./books/options.js";
export type { RefreshPricesInput } from "./books/fresh_prices.js";
export type { ModelTotals } from "./books/running_totals.js";
export { costOf, type CostOfOptions, type PricedMessage } from "./books/cost_of.js";
export { trackCosts, type Tracked } from "./books/track_costs.js";
export type { BoundedCost } from "./ledger/price_call.js";

export { priceOf, type PriceOfOptions } from "./pricing/look_up/price_of.js";
export { costOfUsage, type Cost, type CostOptions, type CostQuery } from "./pricing/cost.js";
export type {
  CallComponent,
  CostComponent,
  CostComponents,
  CountComponent,
  GpuComponent,
} from "./pricing/components.js";
export type { CountedUnit, MoreCounts, MoreTokens, TokenUnit, Unit } from "./pricing/units.js";
export type { ServerCost } from "./pricing/server_cost.js";
export type { DeclaredPricing } from "./seam/declared_pricing.js";
export type { Modalities, UsageLike } from "./pricing/usage_buckets.js";
export {
  estimateCost,
  type CostEstimate,
  type EstimateQuery,
  type TokenCounts,
} from "./pricing/calculators/estimate.js";
export type { History, PastCall } from "./pricing/calculators/past_calls.js";
export {
  compareModels,
  type CompareOptions,
  type ComparedModel,
  type ModelComparison,
} from "./pricing/calculators/compare_models.js";
export { fineTuningCost, type FineTuningCost, type FineTuningQuery } from "./pricing/calculators/fine_tuning.js";
export type { TuningMethod } from "./pricing/tables/fine_tuning.js";
export type { GpuName } from "./pricing/tables/gpu_hours.js";
export { dedicatedCost, type DedicatedCost, type DedicatedQuery } from "./pricing/calculators/dedicated.js";
export { definePriceTable, type PriceTableOptions } from "./pricing/look_up/define_price_table.js";
export { fetchFireworksPrices, type FetchFireworksPricesInput } from "./pricing/feeds/fetch_fireworks_prices.js";
export { loadPrices, toPriceFile } from "./pricing/feeds/price_file.js";
export type { PriceSource, SellerPrices, SellerPriceTable } from "./pricing/feeds/seller_prices.js";
export type { ListedFacts } from "./pricing/feeds/listed_mode.js";
export type { ListedModel } from "./pricing/feeds/to_rows.js";
export type {
  AliasRowInput,
  FreeRowInput,
  MoreRatesInput,
  PricedRowInput,
  PriceRowEvidence,
  PriceRowInput,
  PriceRowSubject,
  RatesInput,
  UsdInput,
} from "./pricing/look_up/price_row.js";
export {
  fromGenaiPrices,
  type FromGenaiPricesOptions,
  type GenaiPrice,
  type GenaiPrices,
  type GenaiProvider,
} from "./pricing/look_up/genai_prices.js";
export type { Usd } from "./base/money.js";
export { addUsd } from "./base/add_usd.js";
export { formatCostLine, type CostLine } from "./pricing/calculators/cost_line.js";
export { BUILTIN_PRICES } from "./pricing/tables/builtin.js";
export { FIREWORKS_2025_TIERS } from "./pricing/tables/fireworks_2025.js";
export { METAGPT_2023_GRADES } from "./pricing/tables/metagpt_2023.js";
export type {
  LookupQuery,
  PriceAlias,
  PriceAnswer,
  PriceBasis,
  PriceLookup,
  PriceQuery,
  PriceRow,
  PriceTable,
  Rates,
  RowKind,
  SizeReading,
  SizeTier,
} from "./pricing/look_up/schema.js";

export type {
  EntryAttempt,
  EntryBounds,
  EntryBudget,
  EntryCost,
  EntryCostComponent,
  EntryCostStatus,
  EntryUsage,
  Ledger,
  LedgerEntry,
  OpenedCall,
  Outcome,
  EntryTokens,
  UsageBounds,
} from "./ledger/entry.js";
export type { OnRead } from "./ledger/lines.js";
export type { Totals } from "./ledger/tally.js";
export { MemoryLedger, type MemoryLedgerOptions } from "./ledger/memory.js";
export { JsonlLedger, type JsonlLedgerOptions } from "./ledger/jsonl.js";
export { readEntries, readLedger, type LedgerLine, type LedgerReading, type SkippedLine } from "./ledger/read_jsonl.js";
export type { BudgetSums } from "./ledger/budget_sums.js";
export { summarize, type Summary, type SummaryGroup, type SummaryKey, type SummaryKeyOf } from "./ledger/summary.js";
export { reprice, type RepriceOptions } from "./ledger/reprice.js";
export { toCsv } from "./ledger/csv.js";

export { Budget, type BudgetQuote, type BudgetQuoteOptions } from "./budget/budget.js";
export type { Quote, QuotedCall, QuotedTokens, QuoteOptions } from "./budget/quote.js";
export type { BudgetInput, BudgetState } from "./budget/input.js";
export { memoryBudgetStore } from "./budget/memory_store.js";
export type { BudgetStore, Draw, Hold, OpenHold, Pot, PotState, PotStates, Reserved } from "./budget/store.js";

export type { Admission, CallEnd, CallGate, MeteredFacts, ProposedCall } from "./seam/gate.js";
export {
  BudgetExceededError,
  BudgetUnavailableError,
  ConfigurationError,
  MeteredError,
  PriceNotFoundError,
  type BudgetExceededErrorFields,
  type MeteredErrorFields,
} from "./base/errors.js";
export type { WithBudgetOptions } from "./with_budget/options.js";
