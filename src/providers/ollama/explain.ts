import { ServerError } from "../../base/errors.js";
import type { ErrorBody } from "../../transport/error_body.js";

/** `model 'x' not found`, and `model "x" not found, try pulling it first`. */
const MISSING = /model .{0,300}not found/i;

/** What to do about an error of Ollama's, where its words do not say. `model` is the one that was asked. */
export function explainOllama(model: string, status: number | undefined, body: ErrorBody): string | undefined {
  const words = body.message ?? "";
  if (MISSING.test(words)) return `Run \`ollama pull ${model}\`, or set \`pull: true\`.`;
  if (status === 404 || status === 405) return "Is the base URL that of Ollama itself, without `/v1`?";
  if (status === 401)
    return "Set the environment variable `OLLAMA_API_KEY` or pass `apiKey` for ollama.com; for a cloud model on a local server run `ollama signin`.";
  if (status === 403 && words === "")
    return "A server that listens on loopback refuses other host names: set its `OLLAMA_HOST` or `OLLAMA_ORIGINS`.";
  if (/does not support tools/i.test(words))
    return 'Use a model with tools, or `withStructuredOutput(schema, { method: "jsonSchema" })`.';
  if (/system message must be at the beginning/i.test(words))
    return "Put what system messages say later into the first one, or into user messages: this model's renderer takes one, at the beginning.";
  if (/thought_signature/.test(words))
    return "Ollama's API has no field for it, so that this model cannot go on after a tool call: use another one.";
  if (/no user query found/i.test(words)) return "This model's renderer wants a user message.";
  if (status === 429 && /usage limit/i.test(words))
    return "The plan's allowance is used up until its session, hour, week or month is over: another attempt before that does not help.";
  if (/does not support thinking/i.test(words)) return "Leave `think` out, or set it to false.";
  return undefined;
}

/** True for the answer of a server that does not have the model. */
export function isMissingModel(error: unknown): boolean {
  return ServerError.isInstance(error) && error.status === 404 && MISSING.test(error.body ?? "");
}
