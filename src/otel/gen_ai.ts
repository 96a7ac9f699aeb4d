import { tokenCount } from "../base/counts.js";
import { nonEmpty } from "../base/json.js";
import { OWN_NAMES } from "./provider_names.js";
import { firstOf, toSpanUsage, type SpanAttributes, type SpanFacts } from "./span_facts.js";

/** Each fact by its name, and by those that it had in older versions of the conventions. */
const NAMES = {
  provider: ["gen_ai.provider.name", "gen_ai.system"],
  input: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"],
  output: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
  cacheRead: ["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"],
  cacheWrite: [
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
  ],
  reasoning: ["gen_ai.usage.reasoning.output_tokens"],
  tier: [
    "openai.response.service_tier",
    "gen_ai.openai.response.service_tier",
    "openai.request.service_tier",
    "gen_ai.openai.request.service_tier",
  ],
} as const;

/** What is said by frameworks that do not know who answers. */
const NOBODY: readonly string[] = ["langchain", "langgraph", "unknown", "_other"];

/**
 * Reads a span of OpenTelemetry's own conventions, of any version. They have a name for cached tokens, which many
 * instrumentations do not write: where it is missing, nobody can tell none from not said.
 * https://github.com/open-telemetry/semantic-conventions-genai
 */
export function readGenAi(attributes: SpanAttributes): SpanFacts {
  const cacheRead = firstOf(attributes, NAMES.cacheRead);
  const cacheWrite = firstOf(attributes, NAMES.cacheWrite);
  return {
    provider: providerOf(nonEmpty(firstOf(attributes, NAMES.provider))),
    model: nonEmpty(firstOf(attributes, ["gen_ai.request.model", "gen_ai.response.model"])),
    served: nonEmpty(attributes["gen_ai.response.model"]),
    host: nonEmpty(attributes["server.address"]),
    tier: nonEmpty(firstOf(attributes, NAMES.tier)),
    metadata: {},
    usage: toSpanUsage({
      input: firstOf(attributes, NAMES.input),
      output: firstOf(attributes, NAMES.output),
      cacheRead,
      cacheWrite,
      reasoning: firstOf(attributes, NAMES.reasoning),
    }),
    saysCacheRead: tokenCount(cacheRead) !== undefined,
    saysCacheWrite: tokenCount(cacheWrite) !== undefined,
  };
}

/** Vercel's AI SDK adds its interface to the provider's name: `fireworks.chat`. */
function providerOf(name: string | undefined): string | undefined {
  if (name === undefined || NOBODY.includes(name.toLowerCase())) return undefined;
  return OWN_NAMES.get(name.toLowerCase()) ?? name.replace(/\.(?:chat|responses|messages|completion)$/, "");
}
