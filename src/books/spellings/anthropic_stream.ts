import { fieldsOf } from "../../base/json.js";
import type { Traces } from "./anthropic_traces.js";
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
const FALLING = "the stream's counts of its output fall: the greatest of them is counted";
const NO_END = "the end of the stream did not count its output";
const NO_INPUT = "the stream counts its input at its end, where `@langchain/anthropic` does not look";
const TOOLS = "`@langchain/anthropic` hides what a stream counts after tools of the server: input that they found";
const COMPACTION = "`@langchain/anthropic` hides what a compaction takes in a stream";

/**
 * A stream's usage, from the package's own. Each count of its output has those before it in it, and the package adds them up;
 * of the last count it takes nothing else.
 */
export function streamedUsage(evidence: Evidence, traces: Traces): StreamedUsage {
  const made = usageOfLangChain(fieldsOf(evidence.message.usage_metadata));
  if (made === undefined) return { hidden: [], warnings: [] };
  const heard = heardOutput(made, evidence);
  const { usesTools, hasCompacted, searches } = traces;
  const hidden = [
    ...(heard.isEndMissing ? [NO_END] : []),
    ...(made.input_tokens === 0 ? [NO_INPUT] : []),
    ...(usesTools ? [TOOLS] : []),
    ...(hasCompacted ? [COMPACTION] : []),
  ];
  const usage = {
    ...made,
    total_tokens: undefined,
    output_tokens: heard.output,
    ...(searches > 0 ? { units: { webSearch: searches } } : {}),
  };
  return { usage, hidden, warnings: heard.warnings };
}

interface HeardOutput {
  output: unknown;
  isEndMissing: boolean;
  warnings: string[];
}

/** The output of a stream, by the counts that were heard of it. */
function heardOutput({ output_tokens: made }: SpelledUsage, { heard }: Evidence): HeardOutput {
  if (heard === undefined || heard.outputs === 0) return { output: made, isEndMissing: false, warnings: [NOT_HEARD] };
  const { outputs, firstUsage, addedOutput, lastOutput, outputTokens: greatest } = heard;
  const isEndMissing = outputs === 1 && firstUsage?.output_tokens !== undefined;
  // A version of the package that adds nothing up is right as it is.
  if (outputs === 1 || made !== addedOutput) return { output: made, isEndMissing, warnings: [] };
  const isFalling = lastOutput < greatest;
  return { output: lastOutput < 0 ? lastOutput : greatest, isEndMissing, warnings: isFalling ? [FALLING] : [] };
}
