/** A price that a user declares on a model with `pricing:`. Amounts are decimal strings or numbers in USD. */
export type DeclaredPricing =
  | "free"
  | "unpriced"
  | {
      inputUsdPerMillion: string | number;
      outputUsdPerMillion: string | number;
      /** Absent: cached tokens are charged as input. */
      cachedInputUsdPerMillion?: string | number | undefined;
    }
  | {
      /** The price of one GPU for an hour. */
      gpuUsdPerHour: string | number;
      /** GPUs that serve the model. @default 1 */
      gpus?: number | undefined;
      /** The part of them that this call had, above 0 and up to 1. @default 1 */
      share?: number | undefined;
    };
