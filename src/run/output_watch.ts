import type { AnswerDelta } from "../answer/delta.js";
import type { ModelCall } from "./model_call.js";

/** Hardly any text has more to a token: a count by it is not above the server's. */
const CHARACTERS_PER_TOKEN = 5;

/**
 * Counts what a stream delivers, for a call that a gate holds to its output limit: a server may ignore the limit that was sent.
 * By the server's running figure where there is one; else by pieces, of which each has a token or more, unless something on the
 * way has cut them up.
 */
export class OutputWatch {
  #pieces = 0;
  #characters = 0;

  constructor(private readonly call: ModelCall) {}

  /** Whether more has come than was granted, with this delta. */
  passes({ text, reasoning, toolCalls }: AnswerDelta): boolean {
    const { granted, maxOutputTokens } = this.call;
    if (maxOutputTokens === undefined || granted?.isLimited !== true) return false;
    let { length } = text ?? "";
    length += reasoning?.length ?? 0;
    for (const { args } of toolCalls ?? []) length += args?.length ?? 0;
    if (length > 0) this.#pieces++;
    this.#characters += length;
    const counted = Math.min(this.#pieces, this.#characters / CHARACTERS_PER_TOKEN);
    return (this.call.running?.output_tokens ?? counted) > maxOutputTokens;
  }
}
