/** A price that a user declares on a model with `pricing:`. Amounts are decimal strings or numbers in USD. */
export type DeclaredPricing =
  | "free"
  | "unpriced"
  | {
      inputUsdPerMillion: string | number;
      outputUsdPerMillion: string | number;
      /** Absent: cached tokens are charged as input. */
      cachedInputUsdPerMillion?: string | number;
    }
  | {
      /** What one GPU costs an hour. */
      gpuUsdPerHour: string | number;
      /** GPUs that serve the model. @default 1 */
      gpus?: number;
      /** The part of them that this call had, above 0 and up to 1. @default 1 */
      share?: number;
    }
  | {
      /** What the call as a whole cost, as a proxy says of each call; `null` where it did not say. */
      callUsd: string | number | null;
    };
