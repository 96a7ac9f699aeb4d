/** Everything that somebody bills for: tokens by kind, and what is counted by the piece. */
export type Unit = TokenUnit | CountedUnit;

/** Tokens, of which every one is of exactly one kind when it is priced. */
export type TokenUnit = "input" | "output" | MoreTokens;

/** Kinds of tokens that may have a rate of their own, and else have that of their parent. */
export type MoreTokens =
  | "cachedInput"
  | "cacheWrite"
  | "cacheWrite1h"
  | "inputAudio"
  | "cachedAudio"
  | "inputImage"
  | "cachedImage"
  | "inputVideo"
  | "cachedVideo"
  | "toolInput"
  | "reasoning"
  | "outputAudio"
  | "outputImage"
  | "outputVideo"
  | "citation";

/** What is billed by the piece. */
export type CountedUnit =
  | "webSearch"
  | "storageSearch"
  | "codeExecution"
  | "socialSearch"
  | "documentPage"
  | "annotatedPage"
  | "request";

/** Counts beside all input, all output, cached input, written input and reasoning, which usage has fields for. */
export type MoreCounts = Partial<
  Record<Exclude<Unit, "input" | "output" | "cachedInput" | "cacheWrite" | "reasoning">, number>
>;

/** What a kind of tokens is called, and whose rates it has where a price has none for it: the first that is known. */
interface TokenRule {
  words: string;
  parents: readonly TokenUnit[];
  /**
   * What it means that a price has no rate for it. `same`: nobody bills it dearer. `dearer`: everybody does, so that the cost is
   * a lower bound. Else it is one with a row of a user's own; whole price lists leave out what costs the same, which is worth
   * a word but for `usual`.
   */
  unlisted?: "same" | "dearer" | "usual";
}

/** The kinds of tokens that a price may name apart. */
export const MORE_TOKENS: Readonly<Record<MoreTokens, TokenRule>> = {
  cachedInput: { words: "cached tokens", parents: ["input"], unlisted: "same" },
  cacheWrite: { words: "tokens written to the cache", parents: ["input"] },
  cacheWrite1h: {
    words: "tokens written to the cache for an hour",
    parents: ["cacheWrite", "input"],
    unlisted: "dearer",
  },
  inputAudio: { words: "audio input tokens", parents: ["input"], unlisted: "dearer" },
  cachedAudio: { words: "cached audio tokens", parents: ["inputAudio", "cachedInput", "input"] },
  inputImage: { words: "image input tokens", parents: ["input"], unlisted: "usual" },
  cachedImage: { words: "cached image tokens", parents: ["inputImage", "cachedInput", "input"], unlisted: "usual" },
  inputVideo: { words: "video input tokens", parents: ["input"], unlisted: "usual" },
  cachedVideo: { words: "cached video tokens", parents: ["inputVideo", "cachedInput", "input"], unlisted: "usual" },
  toolInput: { words: "tokens of tool use", parents: ["input"], unlisted: "same" },
  reasoning: { words: "reasoning tokens", parents: ["output"], unlisted: "same" },
  outputAudio: { words: "audio output tokens", parents: ["output"], unlisted: "dearer" },
  outputImage: { words: "image output tokens", parents: ["output"], unlisted: "dearer" },
  outputVideo: { words: "video output tokens", parents: ["output"], unlisted: "dearer" },
  citation: { words: "citation tokens", parents: ["output"] },
};

/** What is billed by the piece, by what one thousand of them are called. */
export const COUNTED: Readonly<Record<CountedUnit, string>> = {
  webSearch: "web searches",
  storageSearch: "searches of stored files",
  codeExecution: "code executions",
  socialSearch: "searches of social media",
  documentPage: "pages of documents",
  annotatedPage: "annotated pages of documents",
  request: "requests",
};

/** Their names, typed. */
export const MORE_TOKEN_UNITS = Object.keys(MORE_TOKENS) as readonly MoreTokens[];
/** All that is input, and all that is output. */
export const INPUT_UNITS: readonly TokenUnit[] = ["input", ...MORE_TOKEN_UNITS.filter((unit) => !isOutput(unit))];
export const OUTPUT_UNITS: readonly TokenUnit[] = ["output", ...MORE_TOKEN_UNITS.filter(isOutput)];
export const COUNTED_UNITS = Object.keys(COUNTED) as readonly CountedUnit[];

function isOutput(unit: MoreTokens): boolean {
  return MORE_TOKENS[unit].parents.includes("output");
}
