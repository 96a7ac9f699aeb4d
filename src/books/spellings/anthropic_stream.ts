import { fieldsOf } from "../../base/json.js";
import { tracesOf } from "./anthropic_traces.js";
import type { Evidence } from "./evidence.js";
import { usageOfLangChain } from "./langchain.js";
import type { SpelledUsage } from "./spelled.js";

/** What Anthropic's package leaves of a stream's usage. */
export interface StreamedUsage {
  usage?: SpelledUsage;
  /** Why more may have been billed. */
  hidden: string[];
  /** What could not be put right. */
  warnings: string[];
}

const NOT_HEARD =
  "`@langchain/anthropic` adds the output that a stream's start counts to that of its end: the output is a few tokens too high";
const NO_END = "the end of the stream did not count its output";
const NO_INPUT = "the stream counts its input at its end, where `@langchain/anthropic` does not look";
const TOOLS = "`@langchain/anthropic` hides what a stream counts after tools of the server: input that they found";
const COMPACTION = "`@langchain/anthropic` hides what a compaction takes in a stream";

/**
 * A stream's usage, from the package's own. Each count of its output has those before it in it, and the package adds them up;
 * of the last count it takes nothing else.
 */
export function streamedUsage(evidence: Evidence): StreamedUsage {
  const made = usageOfLangChain(fieldsOf(evidence.message.usage_metadata));
  if (made === undefined) return { hidden: [], warnings: [] };
  const { outputs = 0, addedOutput, outputTokens, firstUsage } = evidence.heard ?? {};
  const { usesTools, hasCompacted, searches } = tracesOf(evidence);
  const hidden = [
    ...(outputs === 1 && firstUsage?.output_tokens !== undefined ? [NO_END] : []),
    ...(made.input_tokens === 0 ? [NO_INPUT] : []),
    ...(usesTools ? [TOOLS] : []),
    ...(hasCompacted ? [COMPACTION] : []),
  ];
  const usage = {
    ...made,
    total_tokens: undefined,
    output_tokens: outputs > 1 && made.output_tokens === addedOutput ? outputTokens : made.output_tokens,
    ...(searches > 0 ? { units: { webSearch: searches } } : {}),
  };
  return { usage, hidden, warnings: outputs === 0 ? [NOT_HEARD] : [] };
}
