/** The classes that are measured, each beside LangChain's own for the same wire. */
export const WIRES = {
  openai: { floor: "fetch (OpenAI)", theirs: "ChatOpenAICompletions", ours: ["ChatFireworks", "ChatOpenLLM"] },
  ollama: { floor: "fetch (Ollama)", theirs: "ChatOllama", ours: ["ChatOllamaLite"] },
} as const;

export type WireName = keyof typeof WIRES;
export type ClassName = (typeof WIRES)[WireName]["floor" | "theirs"] | (typeof WIRES)[WireName]["ours"][number];

/** How the server sends an answer. `held` is a stream in packets that stays open after its events. */
export type Delivery = "whole" | "burst" | "packets" | "tokens" | "held";

export interface Job {
  title: string;
  delivery: Delivery;
  /** How often the work is done in one round. */
  times: number;
  /** All at once, and not one after the other. */
  isTogether?: true;
  /** Each round in a process that has made no call before, so that what compiles the code is measured with it. */
  isFirst?: true;
  /** How many events the server streams each time. */
  events: number;
  /** A round's result is divided by `times`, or by all of its events. */
  per: "call" | "event" | "stream";
  unit: "us" | "kB";
  /** The most that a class of ours may take of what LangChain's own takes. */
  aim?: Record<WireName, number>;
}

const STREAM = { times: 1, per: "event", unit: "us" } as const;
const INVOKE = { delivery: "whole", events: 0, per: "call", unit: "us" } as const;

/** Names are what is typed after `npm run bench --`. */
export const JOBS = {
  burst: {
    ...STREAM,
    title: "stream, bytes in bursts",
    delivery: "burst",
    events: 5_000,
    aim: { openai: 0.3, ollama: 0.6 },
  },
  packets: {
    ...STREAM,
    title: "stream, 4 KiB packets",
    delivery: "packets",
    events: 3_000,
    aim: { openai: 0.35, ollama: 0.55 },
  },
  tokens: {
    ...STREAM,
    title: "stream, one event a packet",
    delivery: "tokens",
    // Several streams, or most of the time would go into waiting for the next packet.
    times: 10,
    isTogether: true,
    events: 200,
    aim: { openai: 0.7, ollama: 0.85 },
  },
  events: {
    ...STREAM,
    title: "streamEvents without version",
    delivery: "burst",
    events: 3_000,
    aim: { openai: 0.65, ollama: 0.9 },
  },
  "events-v2": {
    ...STREAM,
    title: "streamEvents v2",
    delivery: "burst",
    events: 3_000,
    aim: { openai: 0.5, ollama: 0.5 },
  },
  invoke: { ...INVOKE, title: "invoke, short", times: 100, aim: { openai: 0.85, ollama: 1.1 } },
  history: { ...INVOKE, title: "invoke, history of 200 messages", times: 30, aim: { openai: 0.8, ollama: 0.9 } },
  tools: { ...INVOKE, title: "invoke, 40 bound tools", times: 40, aim: { openai: 0.8, ollama: 1 } },
  first: { ...INVOKE, title: "invoke, the first hundred of a process", times: 100, isFirst: true },
  heap: {
    title: "heap of an open stream",
    delivery: "held",
    times: 40,
    events: 400,
    per: "stream",
    unit: "kB",
    aim: { openai: 1, ollama: 1 },
  },
} as const satisfies Record<string, Job>;

export type JobName = keyof typeof JOBS;

/** A job with its counts scaled down, for a quick look that says nothing of speed. */
export function scaledJob(name: JobName, share: number): Job {
  const job: Job = JOBS[name];
  const scaled = (count: number, least: number) => Math.max(least, Math.round(count * share));
  return { ...job, times: scaled(job.times, 1), events: scaled(job.events, job.events === 0 ? 0 : 2) };
}
