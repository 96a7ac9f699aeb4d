/** Who does the work of a job, and who does the same for comparison. */
export interface Pair {
  ours: string;
  theirs?: string;
  /** Which of the job's ways is taken, where it has several. */
  variant?: string;
}

export interface ScaleJob {
  title: string;
  unit: string;
  /** What the work is done with, each twice the one before: the cost of a doubling is measured, not guessed. */
  sizes: readonly number[];
  /** What the sizes count. */
  of: string;
  pairs: readonly Pair[];
  /** The most that ours may take of theirs at the largest size, and the steepest that it may grow. */
  limit: { ratio?: number; exponent?: number };
  /**
   * The least that ours is compared with, so that a peer that does next to nothing is no measure: `"tick"` is the time in
   * which the same process writes and reads 4 MB of JSON.
   */
  least?: number | "tick";
}

const V = { ours: "ChatOpenLLM", theirs: "ChatOpenAICompletions" } as const;
const F = { ours: "ChatFireworks", theirs: "ChatOpenAICompletions" } as const;
const O = { ours: "ChatOllamaLite", theirs: "ChatOllama" } as const;
const withVariant = (pairs: readonly Pair[], variants: readonly string[]): Pair[] =>
  pairs.flatMap((pair) => variants.map((variant) => ({ ...pair, variant })));

/** Names are what is typed after `npm run bench -- --scale`. */
export const SCALE_JOBS = {
  "open-streams": {
    title: "live heap of open streams",
    unit: "kB a stream",
    sizes: [1_000, 2_000, 4_000],
    of: "chunks in",
    pairs: [F, V, O],
    limit: { ratio: 2 },
  },
  "long-stream": {
    title: "live heap of one long stream",
    unit: "B a chunk",
    sizes: [25_000, 50_000, 100_000],
    of: "chunks in",
    pairs: [V, O],
    limit: { ratio: 2 },
  },
  aborts: {
    title: "streams aborted at once, prompts of 200 kB: loop held",
    unit: "ms",
    sizes: [50, 100, 200],
    of: "streams",
    pairs: [V, O],
    least: "tick",
    limit: { ratio: 8 },
  },
  "no-usage-prompt": {
    title: "prompt without usage in the answer: loop held",
    unit: "ms",
    sizes: [500_000, 1_000_000, 2_000_000],
    of: "characters",
    pairs: withVariant([V, O], ["words", "blanks", "one letter"]),
    least: "tick",
    limit: { ratio: 8, exponent: 1.3 },
  },
  refs: {
    title: "tool schema of definitions, CPU of invoke",
    unit: "ms",
    sizes: [75, 150, 300],
    of: "definitions",
    pairs: withVariant([V, O], ["chain", "cycle"]),
    least: 4,
    limit: { ratio: 5, exponent: 1.3 },
  },
  "wide-schema": {
    title: "properties of a reference that are lost in a wide tool",
    unit: "lost",
    sizes: [1_500, 3_000, 6_000],
    of: "properties",
    pairs: [V, O],
    least: 1,
    limit: { ratio: 0 },
  },
  "big-prompt": {
    title: "prompt with usage in the answer, CPU of invoke",
    unit: "ms",
    sizes: [2_500_000, 5_000_000, 10_000_000],
    of: "characters",
    pairs: [F, V, O],
    limit: { ratio: 2, exponent: 1.3 },
  },
  metadata: {
    title: "live heap of a MemoryLedger and its handler",
    unit: "kB a call",
    sizes: [25_000, 50_000, 100_000],
    of: "characters of each value",
    pairs: ["metadata", "tags", "open runs"].map((variant) => ({ ours: "long", theirs: "cut by hand", variant })),
    limit: { ratio: 2 },
  },
  "max-runs": {
    title: "CostCallbackHandler whose maxRuns is reached, CPU",
    unit: "us a run",
    sizes: [10_000, 20_000, 40_000],
    of: "maxRuns",
    pairs: [{ ours: "full", theirs: "filling" }],
    limit: { ratio: 1.5 },
  },
  "many-models": {
    title: "model ids in turn at a server that refuses a field",
    unit: "requests a call",
    sizes: [150, 300, 600],
    of: "model ids",
    pairs: [{ ours: "ChatOpenLLM", theirs: "one id" }],
    limit: { ratio: 1.5 },
  },
  "long-line": {
    title: "good entries behind a line without end",
    unit: "lost",
    sizes: [150, 300, 600],
    of: "MB",
    pairs: [{ ours: "readLedger" }],
    least: 1,
    limit: { ratio: 0 },
  },
  "nested-tracking": {
    title: "one call inside nested trackCosts, CPU",
    unit: "ms",
    sizes: [50, 100, 200],
    of: "levels",
    pairs: [{ ours: "trackCosts" }],
    limit: {},
  },
  "by-model": {
    title: "byModel read after each call, CPU",
    unit: "us a call",
    sizes: [100, 200, 400],
    of: "models",
    pairs: [{ ours: "byModel", theirs: "totals" }],
    limit: { exponent: 1.3 },
  },
  "events-v3": {
    title: "streamEvents without version, CPU",
    unit: "us a chunk",
    sizes: [5_000, 10_000, 20_000],
    of: "chunks",
    pairs: [V, O],
    limit: { exponent: 1.2 },
  },
} as const satisfies Record<string, ScaleJob>;

export type ScaleName = keyof typeof SCALE_JOBS;
