import { fieldsOf, isObject } from "../base/json.js";
import type { Fields } from "./spellings/spelled.js";

/**
 * What was heard of a run of another package before its end. Some say there what their end leaves out, and a stream that
 * broke off says nothing at its end.
 */
export class Heard {
  /** The chunks of the stream so far. */
  chunks = 0;
  /** `usage_metadata` of the chunks that have one: the first, and the last. */
  firstUsage: Fields | undefined;
  lastUsage: Fields | undefined;
  /** The last of the server's own reports, as it was before chunks were merged. */
  lastRaw: Fields | undefined;
  /** The greatest of each common count: no less was billed. */
  inputTokens = 0;
  outputTokens = 0;
  /** The newest of each event that the package dispatched within the run, by its name. */
  readonly events = new Map<string, unknown>();

  /** Takes what `handleLLMNewToken` is given beside the token. */
  token(fields: unknown): void {
    this.chunks += 1;
    const message = fieldsOf(fieldsOf(fieldsOf(fields).chunk).message);
    const raw = fieldsOf(message.response_metadata).usage;
    if (isObject(raw) && Object.keys(raw).length > 0) this.lastRaw = { ...raw };
    const usage = message.usage_metadata;
    if (!isObject(usage)) return;
    this.firstUsage ??= { ...usage };
    this.lastUsage = { ...usage };
    this.inputTokens = greater(this.inputTokens, usage.input_tokens);
    this.outputTokens = greater(this.outputTokens, usage.output_tokens);
  }

  /** Takes what `handleCustomEvent` is given, as long as it is of few kinds. */
  event(name: string, data: unknown): void {
    if (this.events.size < MAX_EVENTS || this.events.has(name)) this.events.set(name, data);
  }
}

const MAX_EVENTS = 16;

function greater(known: number, said: unknown): number {
  return typeof said === "number" && said > known ? said : known;
}
