import { fieldsOf, nonEmpty } from "../../base/json.js";
import { withNotes } from "../with_notes.js";
import type { Evidence } from "./evidence.js";
import type { GeminiAnswer, GeminiEvents } from "./gemini_events.js";
import { readGeminiMessage } from "./gemini_message.js";
import { searchesOf, usesMaps } from "./gemini_search.js";
import { tierOfGemini } from "./gemini_tier.js";
import { usageOfGemini } from "./gemini_usage.js";
import { known, type Fields, type Reading } from "./spelled.js";

/** What Google's packages say: Gemini's own answer where it was heard, else what they make of it. */
export function readGoogle(evidence: Evidence): Reading | undefined {
  const { answer, ...asked } = evidence.heard?.gemini ?? {};
  if (answer === undefined && !isGoogle(evidence)) return undefined;
  const heard = answer === undefined ? undefined : readEvents({ answer, ...asked }, evidence.params);
  const reading = heard?.usage === undefined ? { ...readGeminiMessage(evidence), ...heard } : heard;
  return withFees(
    reading,
    groundingOf(evidence, answer),
    nonEmpty(reading.modelServed) ?? evidence.model ?? nonEmpty(evidence.metadata.model),
  );
}

function readEvents(events: GeminiEvents, params: Fields): Reading {
  const { usageMetadata, modelVersion } = events.answer ?? {};
  return {
    ...usageOfGemini(fieldsOf(usageMetadata)),
    ...known({
      tier: tierOfGemini(events, params),
      modelServed: modelVersion?.replace(/^.*models\//, ""),
    }),
  };
}

const CLASSES: ReadonlySet<unknown> = new Set(["ChatGoogle", "ChatGoogleGenerativeAI", "ChatVertexAI"]);
const NAMES: ReadonlySet<unknown> = new Set(["google", "google-genai", "google-vertexai"]);

function isGoogle({ className, metadata }: Evidence): boolean {
  return CLASSES.has(className) || NAMES.has(metadata.model_provider);
}

/** The last that says something: a stream's message has the lists of all its chunks, strung together. */
function groundingOf({ info, metadata }: Evidence, answer: GeminiAnswer | undefined): Fields {
  return fieldsOf(answer?.groundingMetadata ?? info.groundingMetadata ?? metadata.groundingMetadata);
}

function withFees(reading: Reading, grounding: Fields, model: string | undefined): Reading {
  const { usage } = reading;
  const webSearch = searchesOf(grounding, model);
  if (usage === undefined) return reading;
  const whole = webSearch === 0 ? reading : { ...reading, usage: { ...usage, units: { ...usage.units, webSearch } } };
  return usesMaps(grounding) ? withNotes(whole, { atLeast: "Google Maps has a fee of its own" }) : whole;
}
