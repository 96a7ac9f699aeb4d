import { counted } from "../../base/counted.js";
import { tokenCount } from "../../base/counts.js";
import { shown } from "../../base/shown.js";
import { addedUp, byModality, type ByModality } from "./gemini_modalities.js";
import { sumOfCounts } from "./sum_of_counts.js";
import { known, type Fields, type Reading, type SpelledUsage } from "./spelled.js";

/**
 * Gemini's `usageMetadata` in our words: `candidatesTokenCount` and `thoughtsTokenCount` are output, `promptTokenCount` and
 * `toolUsePromptTokenCount` input. A count that is left out is 0. `undefined` where nothing was counted.
 */
export function usageOfGemini(usage: Fields): Reading | undefined {
  const { promptTokenCount: prompt, totalTokenCount: total, toolUsePromptTokenCount: tool = 0 } = usage;
  const { candidatesTokenCount: candidates = 0, thoughtsTokenCount: thoughts = 0 } = usage;
  if (prompt === undefined || prompt === null) return withoutPrompt(total, sum(candidates, thoughts));
  const { input, output, isToolBeside } = placed({ prompt, tool, candidates, thoughts }, total);
  const ofTool = isToolBeside ? byModality(usage.toolUsePromptTokensDetails) : {};
  const ofInput = addedUp(promptByModality(prompt, usage), ofTool);
  return {
    isBetter: true,
    usage: {
      input_tokens: input,
      output_tokens: output,
      ...(total === sum(input, output) ? { total_tokens: total } : {}),
      input_token_details: { cache_read: usage.cachedContentTokenCount ?? 0, ...ofInput },
      output_token_details: { ...byModality(usage.candidatesTokensDetails), reasoning: thoughts },
      ...units(isToolBeside ? textOf(tool, ofTool) : undefined, usage.cacheTokensDetails),
    },
    ...contradiction(input, output, total),
  };
}

/** What is left of the total is what the prompt can have been. */
function withoutPrompt(total: unknown, output: unknown): Reading | undefined {
  const all = tokenCount(total);
  const said = tokenCount(output);
  if (all === undefined || said === undefined || all <= said) return undefined;
  return {
    isBetter: true,
    usage: { input_tokens: all - said, output_tokens: said },
    atLeast: `${counted(all - said, "token is", "tokens are")} in \`totalTokenCount\` alone, billed as input`,
  };
}

type Counts = Record<"prompt" | "tool" | "candidates" | "thoughts", unknown>;

/**
 * Tool use stands beside the prompt, and thoughts beside the candidates. Some answers have one within the other: where
 * only that adds up to the total, it is so.
 */
function placed({ prompt, tool, candidates, thoughts }: Counts, total: unknown) {
  const inputs = [sum(prompt, tool), prompt];
  const outputs = [sum(candidates, thoughts), candidates];
  const ways = inputs.flatMap((input, at) => outputs.map((output) => ({ input, output, isToolBeside: at === 0 })));
  const usual = { input: inputs[0], output: outputs[0], isToolBeside: true };
  return ways.find(({ input, output }) => sum(input, output) === total) ?? usual;
}

/** The prompt's tokens by kind. Some answers list what was cached apart from the rest, so that only both are the prompt. */
function promptByModality(prompt: unknown, { promptTokensDetails, cacheTokensDetails }: Fields): ByModality {
  const listed = byModality(promptTokensDetails);
  const cached = byModality(cacheTokensDetails);
  const count = (kinds: ByModality) => sum(...Object.values(kinds));
  const isApart = count(listed) !== prompt && sum(count(listed), count(cached)) === prompt;
  return isApart ? addedUp(listed, cached) : listed;
}

function contradiction(input: unknown, output: unknown, total: unknown): Partial<Reading> {
  const parts = sum(input, output);
  if (total === undefined || total === parts || typeof parts !== "number") return {};
  const problem = `\`totalTokenCount\` is ${shown(total)}, its parts are ${shown(input)} and ${shown(output)}`;
  return (tokenCount(total) ?? 0) > parts ? { atLeast: problem } : { warnings: [problem] };
}

function units(toolInput: unknown, cacheTokensDetails: unknown): Pick<SpelledUsage, "units"> {
  const { text, audio, image, video } = byModality(cacheTokensDetails);
  const isSaid = (text ?? audio ?? image ?? video) !== undefined;
  const said = known({
    toolInput: toolInput === 0 ? undefined : toolInput,
    ...(isSaid ? { cachedAudio: audio ?? 0, cachedImage: image ?? 0, cachedVideo: video ?? 0 } : {}),
  });
  return said === undefined ? {} : { units: said };
}

/** Tokens of other kinds than text are counted among their own. */
function textOf(all: unknown, { audio = 0, image = 0, video = 0 }: ByModality): unknown {
  const others = sum(audio, image, video);
  return typeof all === "number" && typeof others === "number" ? Math.max(0, all - others) : all;
}

/** The sum of counts, of which those that are left out are 0. */
function sum(...counts: readonly unknown[]): unknown {
  return sumOfCounts(0, ...counts);
}
