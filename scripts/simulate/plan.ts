import { Random } from "./random.js";
import { SCENARIOS, type CallerAct, type Scenario, type ServerFault } from "./scenarios.js";
import { VOCABULARIES, type Vocabulary } from "./tokens.js";

/** The models under test. */
export type ModelKind = "fireworks" | "openllm" | "ollama";

/** One way of calling a model. */
export interface Path {
  name: PathName;
  weight: number;
  /** Its requests ask for a stream. */
  streams: boolean;
  /** What its caller can do while reading chunk by chunk. */
  acts: readonly CallerAct[];
  /** @default all */
  kinds?: readonly ModelKind[];
  /** It asks several times by itself, so that a scenario with retries would take long. */
  isLong?: boolean;
}

/** A way in which a call can go. */
export type PathName =
  | "invoke"
  | "invoke, streaming underneath"
  | "invoke, watched"
  | "invoke, made to stream"
  | "stream"
  | "chain"
  | "batch"
  | "generate"
  | "several answers"
  | "object"
  | "streamEvents v1"
  | "streamEvents v2"
  | "streamEvents"
  | "agent"
  | "agent, streamed"
  | "fallbacks"
  | "cache";

const READER: readonly CallerAct[] = [
  "break",
  "throw",
  "cancel",
  "abort in the loop",
  "abort and read no more",
  "abandon",
];

const PATHS: readonly Path[] = [
  { name: "invoke", weight: 6, streams: false, acts: [] },
  { name: "invoke, streaming underneath", weight: 2, streams: true, acts: [] },
  { name: "invoke, watched", weight: 2, streams: true, acts: [] },
  { name: "invoke, made to stream", weight: 1, streams: true, acts: [], kinds: ["fireworks"], isLong: true },
  { name: "stream", weight: 8, streams: true, acts: READER },
  { name: "chain", weight: 2, streams: true, acts: ["break", "throw", "abort in the loop"] },
  { name: "batch", weight: 1, streams: false, acts: [], isLong: true },
  { name: "generate", weight: 1, streams: false, acts: [], isLong: true },
  { name: "several answers", weight: 2, streams: false, acts: [], kinds: ["fireworks", "openllm"] },
  { name: "object", weight: 2, streams: false, acts: [], isLong: true },
  { name: "streamEvents v1", weight: 1, streams: true, acts: [] },
  { name: "streamEvents v2", weight: 2, streams: true, acts: ["break", "throw"] },
  { name: "streamEvents", weight: 2, streams: true, acts: [] },
  { name: "agent", weight: 1, streams: false, acts: [], isLong: true },
  { name: "agent, streamed", weight: 1, streams: true, acts: [], isLong: true },
  { name: "fallbacks", weight: 1, streams: false, acts: [] },
  { name: "cache", weight: 1, streams: false, acts: [] },
];

const KINDS: readonly ModelKind[] = ["fireworks", "openllm", "ollama"];

/** One call, decided: who calls how, and what goes wrong. The same for the same seed and index, on both sides of the wire. */
export interface CallPlan {
  index: number;
  scenario: Scenario;
  path: Path;
  kind: ModelKind;
  vocabulary: Vocabulary;
  /** How many prompts it has. Only the first one meets the scenario's faults. */
  parts: number;
  /** How often an agent's model calls tools. */
  toolTurns: number;
  /** Which of an agent's turns meets the scenario's faults. */
  faultTurn: number;
  /** After how many chunks the caller acts. */
  after: number;
  maxTokens?: number;
  streamUsage: boolean;
  maxRetries: number;
}

/** Decides a call. */
export function planCall(seed: string, index: number): CallPlan {
  const random = new Random(`${seed}/${index}`);
  const scenario = random.weighted(SCENARIOS, ({ weight }) => weight);
  const path = random.weighted(
    PATHS.filter((one) => fits(one, scenario)),
    ({ weight }) => weight,
  );
  const toolTurns = path.name.startsWith("agent") ? random.int(1, 2) : 0;
  return {
    index,
    scenario,
    path,
    kind: random.pick(path.kinds ?? KINDS),
    vocabulary: random.pick(VOCABULARIES),
    parts: path.name === "batch" || path.name === "generate" ? random.int(2, 4) : 1,
    toolTurns,
    faultTurn: random.int(0, toolTurns),
    // A silent server has sent one chunk for certain.
    after: scenario.faults.includes("silence in the middle") ? 1 : random.int(1, 6),
    maxTokens: random.chance(0.6) ? random.int(1, 400) : undefined,
    streamUsage: random.chance(0.95),
    maxRetries: scenario.maxRetries ?? 0,
  };
}

function fits(path: Path, { act, needsReader, needsStream, maxRetries }: Scenario): boolean {
  if (needsReader && !path.acts.includes(act)) return false;
  if (needsStream && !path.streams) return false;
  return maxRetries === undefined || !path.isLong;
}

/** What a server was asked, as far as it decides its answer. */
export interface Asked {
  index: number;
  part: number;
  turn: number;
  /** How many requests for the same came before. */
  attempt: number;
  isFallback: boolean;
}

/** What the server does to one request. */
export interface RequestPlan {
  fault: ServerFault;
  /** Whether it tells all usage for certain. */
  tellsUsage?: boolean;
  /** For all that is still to be decided. */
  random: Random;
}

/** Decides what the server does to one request. */
export function planRequest(
  seed: string,
  plan: CallPlan,
  { index, part, turn, attempt, isFallback }: Asked,
): RequestPlan {
  const isHit = part === 0 && turn === plan.faultTurn && !isFallback;
  const fault = isHit ? (plan.scenario.faults[attempt] ?? "none") : "none";
  return { fault, random: new Random(`${seed}/${index}/${part}/${turn}/${attempt}/${isFallback}`) };
}
