import type { ContextWindowError } from "../../base/errors.js";

/**
 * The output that a window has room for beside a prompt, by the figures in the server's refusal. `undefined` where it
 * gives none, and where the prompt alone is too long.
 */
export function outputThatFits({ contextTokens, promptTokens, message }: ContextWindowError): number | undefined {
  if (contextTokens === undefined) return undefined;
  // vLLM from 0.12 on refuses only a limit above the whole window; any other it lowers to what fits.
  if (/cannot be greater than max_model_len/i.test(message)) return contextTokens;
  const room = contextTokens - (promptTokens ?? contextTokens);
  return room > 0 ? room : undefined;
}
