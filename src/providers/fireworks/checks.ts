import { ConfigurationError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";

/** Bounds of Fireworks' OpenAPI document; the API refuses what is outside. `true`: whole numbers only. */
const RANGES: readonly (readonly [option: string, low: number, high: number, whole?: true])[] = [
  ["temperature", 0, 2],
  ["topP", 0, 1],
  ["topK", 0, 100, true],
  ["minP", 0, 1],
  ["typicalP", 0, 1],
  ["frequencyPenalty", -2, 2],
  ["presencePenalty", -2, 2],
  ["repetitionPenalty", 0, 2],
  ["maxTokens", 1, Infinity, true],
  ["maxCompletionTokens", 1, Infinity, true],
  ["n", 1, 128, true],
  ["topLogprobs", 0, 5, true],
];

/** The API takes no more. */
const MOST_STOPS = 4;
const MOST_LOGPROBS = 5;

/** @throws ConfigurationError for an option whose value the API is documented to refuse */
export function checkFireworks(options: Readonly<Record<string, unknown>>): void {
  for (const [option, low, high, whole] of RANGES) {
    const value = options[option];
    if (value === undefined || isWithin(value, low, high, whole)) continue;
    const range = high === Infinity ? `of at least ${low}` : `from ${low} to ${high}`;
    throw new ConfigurationError(
      option,
      `\`${option}\` is \`${shown(value)}\`.`,
      `It must be a ${whole ? "whole " : ""}number ${range}.`,
    );
  }
  const { logprobs } = options;
  if (typeof logprobs === "number" && !isWithin(logprobs, 0, MOST_LOGPROBS, true)) {
    throw new ConfigurationError(
      "logprobs",
      `\`logprobs\` is \`${logprobs}\`.`,
      `It must be true, false, or a whole number from 0 to ${MOST_LOGPROBS}.`,
    );
  }
}

function isWithin(value: unknown, low: number, high: number, whole?: boolean): boolean {
  return typeof value === "number" && value >= low && value <= high && (!whole || Number.isInteger(value));
}

/**
 * Untyped callers pass one text as it is, which the API takes too.
 * @throws ConfigurationError for more stop texts than the API takes
 */
export function checkStops(stop: readonly string[] | string | undefined): void {
  if (!Array.isArray(stop) || stop.length <= MOST_STOPS) return;
  throw new ConfigurationError("stop", `\`stop\` has ${stop.length} texts.`, `Fireworks takes at most ${MOST_STOPS}.`);
}
