/** The forms of bills that can be read. */
export const BILL_FORMATS = [
  "fireworks-usage-costs",
  "fireworks-billing-metrics",
  "fireworks-query",
  "openrouter",
  "openai",
  "anthropic",
  "litellm",
  "focus",
] as const;

/** The form of a bill. */
export type BillFormat = (typeof BILL_FORMATS)[number];

/** A provider's bill, whatever file or answer it came from. */
export interface Bill {
  /** Whose it is, as entries name providers: `fireworks`, `openai`; `undefined` where each line says so, or none does. */
  provider: string | undefined;
  /** The form that it was read from. */
  format: string;
  /** In any order. Of a file they can be read once. */
  lines: Iterable<BillLine> | AsyncIterable<BillLine>;
  /** What is to be known of the bill, complete when the lines have been read. */
  notes?: readonly string[] | undefined;
}

/** What a provider charged for a day and a model, for one call, or for a part of one. */
export interface BillLine {
  /** UTC, such as `2026-05-14`. */
  day: string;
  /** As the bill writes it; `undefined` where the bill does not say which. */
  model: string | undefined;
  /** Another name that the bill has for the model. */
  otherName?: string | undefined;
  /** Who charges it, where the bill has lines of several. */
  provider?: string | undefined;
  /** A plain decimal string in USD, below zero where something is given back; absent on a bill of quantities. */
  usd?: string | undefined;
  /** All of them, those from a cache included. */
  inputTokens?: number | undefined;
  /** All of them, those of reasoning included. */
  outputTokens?: number | undefined;
  /** How many requests the line is for. */
  requests?: number | undefined;
  /** The answer's id, where the bill has one line for each call. */
  responseId?: string | undefined;
  /** The run's id, on a bill that was made from a ledger. */
  runId?: string | undefined;
}
