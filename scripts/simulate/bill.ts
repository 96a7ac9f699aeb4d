/** Prices under test: as the models are told them, and as the server charges, in pico-dollars (1e-12 USD) a token. */
export const PRICES = {
  declared: { inputUsdPerMillion: "0.15", cachedInputUsdPerMillion: "0.015", outputUsdPerMillion: "0.60" },
  picoPerToken: { input: 150_000n, cachedInput: 15_000n, output: 600_000n },
};

/** What the server charged for one request. */
export interface BilledRequest {
  /** Which run the request belongs to, by what was asked. */
  key: string;
  /** What the server did to it. */
  fault: string;
  /** With those that came from the cache. */
  inputTokens: number;
  cachedTokens: number;
  /** All that was generated: delivered, hidden, and generated ahead for a client that had gone. */
  outputTokens: number;
}

/** What a request costs, in pico-dollars. */
export function costOf({ inputTokens, cachedTokens, outputTokens }: BilledRequest): bigint {
  const { input, cachedInput, output } = PRICES.picoPerToken;
  return (
    BigInt(inputTokens - cachedTokens) * input + BigInt(cachedTokens) * cachedInput + BigInt(outputTokens) * output
  );
}

/** The server's own account of what it served. */
export class Bill {
  readonly requests: BilledRequest[] = [];

  charge(request: BilledRequest): void {
    this.requests.push(request);
  }
}
