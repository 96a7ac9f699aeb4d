import { costOfTokens, formatUsd, parseUsd } from "../../src/base/money.js";
import type { EntryCost, LedgerEntry, Outcome } from "../../src/ledger/entry.js";
import { SHOWN_MODEL } from "../demo/shown_model.js";

const MODELS = [
  { provider: "fireworks", modelRequested: "accounts/fireworks/models/kimi-k3", input: "0.60", output: "2.50" },
  { provider: "fireworks", modelRequested: "accounts/fireworks/models/glm-5p2", input: "0.55", output: "2.19" },
  { provider: "openai", modelRequested: "gpt-5-mini", input: "0.25", output: "2.00" },
  { provider: "anthropic", modelRequested: "claude-sonnet-4-5", input: "3.00", output: "15.00" },
  { provider: "fireworks", modelRequested: SHOWN_MODEL, input: "0.15", output: "0.60" },
  { provider: "example", modelRequested: "nightly-preview", input: "", output: "" },
] as const;
/** Of a hundred calls, how many each model gets. */
const SHARES = [34, 24, 18, 12, 10, 2];
const AGENTS = ["support", "research", "triage", undefined];
const TAGS = ["web", "mobile", "batch", "nightly"];

/** What a sample is to have. */
export interface Sample {
  calls: number;
  days: number;
  users: number;
  /** The first day. */
  from: string;
}

const DAY_MS = 86_400_000;

/** Entries of a made-up firm, always the same ones: some failed, some estimated, some of a model that has no price. */
export function* sampleEntries({ calls, days, users, from }: Sample): Generator<LedgerEntry> {
  const random = randomNumbers(7);
  for (let index = 0; index < calls; index++) {
    const at = Math.floor((index / calls) * days);
    const isWeekend = (at + 3) % 7 > 4;
    // Fewer calls at weekends: those that would be there are small ones.
    const size = (isWeekend ? 0.25 : 0.7 + 0.3 * Math.sin(at / 5)) * (0.3 + random());
    yield sampleEntry(
      index,
      Date.parse(from) + ((index / calls) * days + random() * 0.01) * DAY_MS,
      size,
      users,
      random,
    );
  }
}

function sampleEntry(index: number, start: number, size: number, users: number, random: () => number): LedgerEntry {
  const model = MODELS[pick(random() * 100)] ?? MODELS[0];
  const inputTokens = Math.round(400 + size * 9000);
  const cachedInputTokens = Math.round(inputTokens * random() * 0.8);
  const outputTokens = Math.round(40 + size * 900);
  const outcome = outcomeOf(random());
  const isEstimated = outcome === "aborted" || random() < 0.01;
  const latencyMs = Math.round(400 + outputTokens * (4 + random() * 6));
  const agent = AGENTS[Math.floor(random() * AGENTS.length)];
  const id = `${(index + 1).toString(16).padStart(8, "0")}-5f0c-4a7e-9d61-3b1c8a2e7f40`;
  const estimate = {
    reason: "the stream was left",
    inputTokens: [inputTokens, inputTokens],
    outputTokens: [outputTokens, outputTokens * 2],
  } as const;
  return {
    schemaVersion: 1,
    id: `${id}#8c1f2b7a9d3e4f60`,
    runId: id,
    traceId: id,
    ...(agent === undefined ? {} : { agent }),
    user: `user-${Math.floor(users * random() ** 3)}`,
    session: `s-${index % 5000}`,
    provider: model.provider,
    modelRequested: model.modelRequested,
    modelServed: model.modelRequested,
    host: `api.${model.provider}.example`,
    usage: {
      inputTokens,
      outputTokens,
      cachedInputTokens,
      source: isEstimated ? "estimated" : "server",
      ...(isEstimated ? { estimate } : {}),
    },
    cost: costOf(model, { inputTokens: inputTokens - cachedInputTokens, cachedInputTokens, outputTokens }, isEstimated),
    outcome,
    ...(outcome === "error"
      ? { errorType: random() < 0.6 ? "RateLimitError" : "StreamTruncatedError", errorStatus: 429 }
      : {}),
    startedAt: new Date(start).toISOString(),
    endedAt: new Date(start + latencyMs).toISOString(),
    latencyMs,
    timeToFirstTokenMs: Math.round(120 + random() * 400),
    tags: [TAGS[Math.floor(random() * TAGS.length)] ?? "web", ...(random() < 0.2 ? ["trial"] : [])],
    metadata: { version: "2.4.1", region: "eu" },
    budgets: [{ name: "usd per day", key: "", pot: "usd per day", held: "0.01", settled: "0.001" }],
  };
}

function costOf(
  { modelRequested, input, output }: (typeof MODELS)[number],
  tokens: { inputTokens: number; cachedInputTokens: number; outputTokens: number },
  isEstimated: boolean,
): EntryCost {
  const notes = { row: null, checkedOn: null, assumptions: [], warnings: [] };
  if (input === "") {
    const unknown = { usd: null, lowUsd: null, highUsd: null, components: {} };
    return {
      ...notes,
      status: "unpriced",
      ...unknown,
      basis: "none",
      reason: `there is no price for ${modelRequested}`,
    };
  }
  const part = (count: number, usdPerMillion: string) => {
    const amount = costOfTokens(parseUsd(usdPerMillion), BigInt(count));
    return { amount, component: { tokens: count, usdPerMillion, usd: formatUsd(amount) } };
  };
  const plain = part(tokens.inputTokens, input);
  const cached = part(tokens.cachedInputTokens, formatUsd(parseUsd(input) / 10n));
  const answer = part(tokens.outputTokens, output);
  const usd = plain.amount + cached.amount + answer.amount;
  return {
    ...notes,
    status: "priced",
    usd: formatUsd(usd),
    lowUsd: formatUsd(usd),
    highUsd: formatUsd(isEstimated ? usd + answer.amount : usd),
    components: { input: plain.component, cachedInput: cached.component, output: answer.component },
    basis: "list",
    row: `${modelRequested}@2026-09-01`,
    checkedOn: "2026-11-01",
    reason: "its listed price",
  };
}

function outcomeOf(chance: number): Outcome {
  if (chance < 0.02) return "error";
  if (chance < 0.035) return "aborted";
  return "ok";
}

function pick(percent: number): number {
  let at = 0;
  for (let left = percent - (SHARES[0] ?? 0); left >= 0; left -= SHARES[at] ?? 100) at += 1;
  return at;
}

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
