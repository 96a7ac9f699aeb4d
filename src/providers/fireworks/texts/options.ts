import type { CostCallbackHandler } from "../../../models/default_tally.js";
import { checkOption } from "../../../models/option_table.js";
import { METERED_OPTIONS } from "../../../models/shared_options.js";
import { ConfigurationError } from "../../../base/errors.js";
import type { ApiKey } from "../../../transport/api_key.js";
import type { Fetch } from "../../../transport/patient_fetch.js";
import type { FireworksAnnotations } from "../annotations.js";
import { FIREWORKS_OPTIONS } from "../options.js";

/** Options of those who are billed by the texts that they send. */
export interface FireworksTextInput {
  /** @default the environment's FIREWORKS_API_KEY */
  apiKey?: ApiKey | undefined;
  /** @default the environment's FIREWORKS_API_BASE or FIREWORKS_BASE_URL, else Fireworks' own */
  baseURL?: string | undefined;
  /** Whom the calls are for: `team`, `project`, `environment`, in a header for Fireworks' usage, and as tags of the runs. */
  annotations?: FireworksAnnotations | undefined;
  /** Extra HTTP headers for every request. */
  headers?: Record<string, string> | undefined;
  /** The most time for one request, its retries included, in milliseconds. @default none */
  timeout?: number | undefined;
  /** The most bytes that the answer to one request may have; more is a `ResponseTooLargeError`. At most 268435456. @default 67108864 */
  maxResponseBytes?: number | undefined;
  /** Attempts after a first one that failed before its answer began. @default 2 */
  maxRetries?: number | undefined;
  /** What requests are sent with. @default Node's fetch, without its limit of 300 s */
  fetch?: Fetch | undefined;
  /** Where the calls are booked: LangChain has no events for them. @default a new handler */
  costs?: CostCallbackHandler | undefined;
}

/** @throws ConfigurationError */
export function checkTextInput({ maxRetries, timeout, maxResponseBytes, annotations }: FireworksTextInput): void {
  checkLimit("maxRetries", maxRetries);
  checkLimit("timeout", timeout);
  if (maxResponseBytes !== undefined)
    checkOption("maxResponseBytes", METERED_OPTIONS.maxResponseBytes, maxResponseBytes);
  if (annotations !== undefined) checkOption("annotations", FIREWORKS_OPTIONS.annotations, annotations);
}

/** @throws ConfigurationError for what is no whole number of at least 1 */
export function checkCount(option: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return;
  throw new ConfigurationError(
    option,
    `\`${option}\` is \`${String(value)}\`.`,
    "It must be a whole number of at least 1.",
  );
}

function checkLimit(option: string, value: number | undefined): void {
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw new ConfigurationError(option, `\`${option}\` is \`${String(value)}\`.`, "It must be a number of at least 0.");
}
