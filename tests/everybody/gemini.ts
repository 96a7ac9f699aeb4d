import { json, sse, type Script } from "../support/wire_script.js";

/** What Gemini counted, as its API names it. Counts of 0 are left out on the wire. */
export type GeminiUsage = Record<string, unknown>;

/** What an answer of Gemini's has beside its usage. */
export interface GeminiAnswer {
  /** The model that served. @default "gemini-2.5-flash" */
  modelVersion?: string;
  /** Fields of the one candidate, such as `groundingMetadata`: on the last event of a stream. */
  candidate?: Record<string, unknown>;
  /** Parts of the answer. @default one text */
  parts?: readonly object[];
  headers?: Record<string, string>;
}

/** An answer of Gemini's, whole and streamed. Each event of a stream carries the usage so far. */
export function gemini(
  usageMetadata?: GeminiUsage,
  answer: GeminiAnswer = {},
): Record<"invoke" | "stream" | "chunks", Script> {
  const { headers = {} } = answer;
  const stream = sse(events(usageMetadata, answer), { headers, done: false });
  return { invoke: json(200, whole(usageMetadata, answer), { headers }), stream, chunks: stream };
}

/** The one answer of `generateContent`. */
function whole(usageMetadata: GeminiUsage | undefined, answer: GeminiAnswer): object {
  const { parts = [{ text: "Hello!" }], modelVersion = "gemini-2.5-flash", candidate = {} } = answer;
  const content = { role: "model", parts };
  return {
    candidates: [{ content, finishReason: "STOP", index: 0, ...candidate }],
    ...(usageMetadata === undefined ? {} : { usageMetadata }),
    modelVersion,
    responseId: "aBcDeF",
  };
}

/** The events of `streamGenerateContent`: two with parts of the text, and the last with what is known at the end. */
export function events(usageMetadata: GeminiUsage | undefined, answer: GeminiAnswer = {}): object[] {
  const { modelVersion = "gemini-2.5-flash" } = answer;
  const early = (text: string, candidates: number) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0 }],
    ...(usageMetadata === undefined ? {} : { usageMetadata: soFar(usageMetadata, candidates) }),
    modelVersion,
    responseId: "aBcDeF",
  });
  return [early("Hel", 1), early("lo", 2), whole(usageMetadata, { parts: [{ text: "!" }], ...answer })];
}

/** The usage of an event before the last: the prompt and the thoughts are known, few of the candidates' tokens are. */
function soFar(usage: GeminiUsage, candidatesTokenCount: number): GeminiUsage {
  const { candidatesTokensDetails: _, toolUsePromptTokenCount: __, toolUsePromptTokensDetails: ___, ...known } = usage;
  const { promptTokenCount, thoughtsTokenCount = 0 } = usage;
  if (typeof promptTokenCount !== "number") return usage;
  return {
    ...known,
    candidatesTokenCount,
    totalTokenCount: promptTokenCount + Number(thoughtsTokenCount) + candidatesTokenCount,
  };
}

/** Counts by modality, as the API lists them. */
export function modalities(counts: Record<string, number>): object[] {
  return Object.entries(counts).map(([modality, tokenCount]) => ({ modality, tokenCount }));
}

/** A model that searched with Google, and for what. */
export function searched(...webSearchQueries: string[]): Record<string, unknown> {
  return {
    groundingMetadata: {
      webSearchQueries,
      searchEntryPoint: { renderedContent: "<div></div>" },
      groundingChunks: [{ web: { uri: "https://example.com/", title: "example.com" } }],
      groundingSupports: [{ segment: { endIndex: 5, text: "Hello" }, groundingChunkIndices: [0] }],
    },
  };
}
