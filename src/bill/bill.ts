/** A provider's bill, whatever file or answer it came from. */
export interface Bill {
  /** Whose it is, as entries name providers: `fireworks`, `openrouter`, `openai`, `anthropic`; `undefined` where the file does not say. */
  provider: string | undefined;
  /** The form that it was read from. */
  format: string;
  lines: BillLine[];
}

/** What a provider charged for a day and a model, or for one call. */
export interface BillLine {
  /** UTC, such as `2026-05-14`. */
  day: string;
  /** As the bill writes it; `undefined` where the bill does not say which. */
  model: string | undefined;
  /** A plain decimal string in USD; absent on a bill of quantities. */
  usd?: string;
  inputTokens?: number;
  outputTokens?: number;
  requests?: number;
  /** The answer's id, where the bill has one line for each call. */
  responseId?: string;
}
