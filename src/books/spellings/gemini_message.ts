import { counted } from "../../base/counted.js";
import { tokenCount } from "../../base/counts.js";
import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import type { UsageNotes } from "../../ledger/noted.js";
import { withNotes } from "../with_notes.js";
import type { Evidence } from "./evidence.js";
import { usageOfLangChain } from "./langchain.js";
import type { Reading, SpelledUsage } from "./spelled.js";

/** What Google's packages make of Gemini's usage, with what they leave out, as far as it shows. */
export function readGeminiMessage(evidence: Evidence): Reading | undefined {
  const usage = usageOfLangChain(fieldsOf(evidence.message.usage_metadata));
  if (usage === undefined) return undefined;
  const atLeast = whyMore(evidence);
  return [cachedOnce, withPictures, withGap].reduce<Reading & { usage: SpelledUsage }>(
    (reading, step) => {
      const { usage: changed, ...notes } = step(reading.usage, evidence);
      return withNotes({ ...reading, usage: changed }, notes);
    },
    { isBetter: true, usage, ...(atLeast === undefined ? {} : { atLeast }) },
  );
}

type Step = UsageNotes & { usage: SpelledUsage };

/** `ChatGoogleGenerativeAI` adds up what each event of a stream repeats: the count of cached tokens. */
function cachedOnce(usage: SpelledUsage, { className, heard, metadata }: Evidence): Step {
  const { cache_read, ...details } = usage.input_token_details ?? {};
  const sum = tokenCount(cache_read) ?? 0;
  const isStreamed = metadata.model_provider === "google-genai" && metadata.output_version !== "v1";
  if (sum === 0 || !isStreamed) return { usage };
  if (className === undefined) {
    const what = `cached tokens may have been counted several times, up to ${sum} in all: they are charged as other input`;
    return { usage: { ...usage, input_token_details: details }, warnings: [what] };
  }
  const times = Math.max(1, heard?.chunks ?? 1);
  const cached = { usage: { ...usage, input_token_details: { ...details, cache_read: Math.floor(sum / times) } } };
  if (sum % times === 0) return cached;
  return {
    ...cached,
    warnings: [
      `cached tokens were counted up to ${times} times, ${sum} in all: ${Math.floor(sum / times)} are taken for it`,
    ],
  };
}

/** A picture in an answer of `ChatGoogleGenerativeAI`, which does not say how much of the output it was. */
function withPictures(usage: SpelledUsage, { message }: Evidence): Step {
  const kinds = itemsOf(message.content).map((block) => nonEmpty(fieldsOf(fieldsOf(block).inlineData).mimeType));
  const isPictured = kinds.some((kind) => kind?.startsWith("image/"));
  if (!isPictured || knowsThoughts(usage)) return { usage };
  return {
    usage: { ...usage, units: { ...usage.units, outputImage: usage.output_tokens } },
    warnings: ["how many of the output tokens are an image is not said: all are taken for it"],
  };
}

/** `ChatGoogle` counts thoughts among the output, and says how many; `ChatGoogleGenerativeAI` and core's events leave them out. */
function knowsThoughts({ output_token_details }: SpelledUsage): boolean {
  return output_token_details?.reasoning !== undefined;
}

/** What is in the total alone: tokens of tool use, which are input, and thoughts where those were left out. */
function withGap(usage: SpelledUsage): Step {
  const input = tokenCount(usage.input_tokens);
  const output = tokenCount(usage.output_tokens);
  const total = tokenCount(usage.total_tokens);
  if (input === undefined || output === undefined || total === undefined) return { usage };
  const gap = total - input - output;
  const alone = `${counted(gap, "token is", "tokens are")} in \`total_tokens\` alone`;
  if (gap > 0 && input === 0)
    return {
      usage: { ...usage, input_tokens: gap },
      atLeast: `${alone}, ${gap === 1 ? "and is" : "and are"} billed as input`,
    };
  if (gap > 0 && knowsThoughts(usage))
    return { usage: { ...usage, input_tokens: input + gap, units: { ...usage.units, toolInput: gap } } };
  if (gap > 0) {
    return {
      usage: {
        ...usage,
        output_tokens: output + gap,
        output_token_details: { ...usage.output_token_details, reasoning: gap },
      },
      warnings: [`${alone}, as thoughts are, and pages that a tool read: they are billed as output`],
    };
  }
  // Thoughts that were counted among the candidates already.
  return gap < 0 && usage.output_token_details?.reasoning === -gap
    ? { usage: { ...usage, output_tokens: total - input } }
    : { usage };
}

function whyMore(evidence: Evidence): string | undefined {
  if (isCutShort(evidence)) return "the stream ended without a reason, and may lack its last counts";
  return evidence.heard?.hasHiddenAudio === true ? AUDIO_IN : undefined;
}

const AUDIO_IN = "the prompt has audio, and how many of its tokens that is was not said";

/** The package drops events without content, and the last one has the last counts. */
function isCutShort({ className, heard, info, metadata }: Evidence): boolean {
  const isStreamed = className === "ChatGoogleGenerativeAI" && (heard?.chunks ?? 0) > 0;
  return isStreamed && (nonEmpty(info.finishReason) ?? nonEmpty(metadata.finishReason)) === undefined;
}
