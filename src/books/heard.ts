import { fieldsOf, isObject } from "../base/json.js";
import { serversId } from "./spellings/answer_id.js";
import { withGeminiEvent, type GeminiEvents } from "./spellings/gemini_events.js";
import type { Fields } from "./spellings/spelled.js";

/**
 * What was heard of a run of another package before its end. Some say there what their end leaves out, and a stream that
 * broke off says nothing at its end.
 */
export class Heard {
  /** @param hasHiddenAudio - whether the prompt had audio, of a class that does not count it apart */
  constructor(readonly hasHiddenAudio = false) {}

  /** The chunks of the stream so far. */
  chunks = 0;
  /** `usage_metadata` of the first chunk that has one. */
  firstUsage: Fields | undefined;
  /** How many chunks counted output, the last of their counts, and the sum of them. */
  outputs = 0;
  lastOutput = 0;
  addedOutput = 0;
  /** The last of the server's own reports, as it was before chunks were merged. */
  lastRaw: Fields | undefined;
  /** The greatest of each common count: no less was billed. */
  inputTokens = 0;
  outputTokens = 0;
  /** The answer's id, as its server gave it. */
  answerId: string | undefined;
  /** What Gemini itself answered, where the package tells. */
  gemini: GeminiEvents | undefined;

  /** Takes what `handleLLMNewToken` is given beside the token. */
  token(fields: unknown): void {
    this.chunks += 1;
    quietly(() => {
      const message = fieldsOf(fieldsOf(fieldsOf(fields).chunk).message);
      const { usage: raw, id } = fieldsOf(message.response_metadata);
      this.answerId ??= serversId(id) ?? serversId(message.id);
      if (isObject(raw) && Object.keys(raw).length > 0) this.lastRaw = { ...raw };
      this.#usage(message.usage_metadata, 0);
    });
  }

  /** Takes an event of core's own protocol for streams, which has no chunks: its usage is the sum of all so far. */
  streamEvent(event: unknown): void {
    quietly(() => {
      const { event: type, usage, id } = fieldsOf(event);
      if (type === "message-start") this.answerId ??= serversId(id);
      if (type === "message-start" || type === "usage") this.#usage(usage, this.addedOutput);
    });
  }

  /** Takes what `handleCustomEvent` is given. It may have the whole prompt and the whole answer, which are not kept. */
  event(name: string, data: unknown): void {
    quietly(() => {
      this.gemini = withGeminiEvent(this.gemini, name, data);
    });
  }

  /** @param before - the output that the count has in it and that was heard already */
  #usage(usage: unknown, before: number): void {
    if (!isObject(usage)) return;
    this.firstUsage ??= { ...usage };
    this.inputTokens = greater(this.inputTokens, usage.input_tokens);
    if (typeof usage.output_tokens !== "number") return;
    this.outputs += 1;
    this.lastOutput = usage.output_tokens - before;
    this.addedOutput += this.lastOutput;
    this.outputTokens = greater(this.outputTokens, this.lastOutput);
  }

  /** The message that a stream would have been so far, as far as usage goes. */
  get partial(): Fields {
    const { inputTokens: input_tokens, outputTokens: output_tokens, firstUsage, lastRaw: usage } = this;
    const { input_token_details } = firstUsage ?? {};
    return {
      usage_metadata: { input_tokens, output_tokens, input_token_details },
      response_metadata: usage === undefined ? {} : { usage },
    };
  }
}

/** Hears what can be read of something: what fails to be read fails no call. */
function quietly(hear: () => void): void {
  try {
    hear();
  } catch {
    // The end of the run says what there is to say.
  }
}

function greater(known: number, said: unknown): number {
  return typeof said === "number" && said > known ? said : known;
}
