import type { ServerCost } from "../pricing/server_cost.js";

/** The version of the entry's form. A change that old readers cannot take raises it. */
export const LEDGER_SCHEMA_VERSION = 1;

/** How a call ended. `denied`: a gate refused it before any request. `cache-hit`: LangChain's cache answered. */
export type Outcome = "ok" | "error" | "aborted" | "denied" | "cache-hit";

/** Two figures that contain the true one; `null` above when nothing bounds it. */
export type EntryBounds = readonly [low: number, high: number | null];

/** How sure an estimate of usage is: why it had to be made, and the figures that contain the true ones. */
export interface UsageBounds {
  reason: string;
  inputTokens: EntryBounds;
  outputTokens: EntryBounds;
  /** How many input tokens came from the cache where the call cost least, and where it cost most. @default all, and none */
  cachedInputTokens?: readonly [ofLeast: number, ofMost: number];
}

/** Tokens. Details are parts of their whole and absent where the server reported none. */
export interface EntryTokens {
  inputTokens: number;
  outputTokens: number;
  /** Input tokens that were read from a cache. */
  cachedInputTokens?: number;
  /** Input tokens that were written to a cache. */
  cacheWriteTokens?: number;
  /** Output tokens of thoughts. */
  reasoningTokens?: number;
  /** Whatever else is billed apart, by kind: tokens that are parts of the above, and what is counted by the piece. */
  units?: Record<string, number>;
}

/** What a call used. */
export interface EntryUsage extends EntryTokens {
  /** The server's own count, or an estimate. */
  source: "server" | "estimated";
  /** Where the source is an estimate. */
  estimate?: UsageBounds;
  /** What had to be derived to read it, and what contradicts it. */
  doubts?: string[];
  /** Why more may have been billed than the counts say. */
  atLeast?: string;
}

/** One part of a cost. Amounts are decimal strings in USD. */
export interface EntryCostComponent {
  usd: string;
  /** For what is charged by the token. */
  tokens?: number;
  /** The price of a million of those tokens. */
  usdPerMillion?: string;
  /** For what is charged by the piece. */
  count?: number;
  /** The price of a thousand of those pieces. */
  usdPerThousand?: string;
  /** For GPU time. */
  seconds?: number;
  /** How many GPUs served. */
  gpus?: number;
  /** Which part of them the call is charged, up to 1. */
  share?: number;
  /** The price of one GPU for an hour. */
  usdPerHour?: string;
}

/** What a call cost. `none`: nothing was spent, so there was nothing to price. */
export type EntryCostStatus = "priced" | "free" | "unpriced" | "none";

/** What a call cost, and by which price. Amounts are decimal strings in USD; `null` is unknown, never zero. */
export interface EntryCost {
  status: EntryCostStatus;
  usd: string | null;
  /** For estimated usage, the least that it can have cost; else the same as `usd`. */
  lowUsd: string | null;
  /** The most that it can have cost; `null` where nothing bounds it, or something was counted that has no price. */
  highUsd: string | null;
  components: Record<string, EntryCostComponent>;
  basis: string;
  row: string | null;
  checkedOn: string | null;
  /** One sentence that says where the price comes from, or why there is none. */
  reason: string;
  assumptions: string[];
  warnings: string[];
}

/** One HTTP request of a call that made several. */
export interface EntryAttempt {
  /** The HTTP status of its answer; absent where none came. */
  status?: number;
  /** Absent where it succeeded. What went wrong may hold private data and stays out. */
  failed?: true;
  /** False when it is certain that the server never saw the request. */
  reached: boolean;
  /** The part of the call's usage that the server reported for this request; absent where it reported none. */
  usage?: EntryTokens;
}

/** What a call took from a budget. Amounts are plain decimal strings: USD, or whole tokens or calls. */
export interface EntryBudget {
  /** The budget's name. */
  name: string;
  /** Whose pot it is; `""` for the only one. */
  key: string;
  /** The pot, as its store knows it. */
  pot: string;
  /** The beginning of the window in which the call was charged; absent for budgets without one. */
  from?: string;
  /** What was held before anything was sent; `"0"` where nothing was. */
  held: string;
  /** What was charged in the end. */
  settled: string;
}

/** One call on the books. Times are ISO 8601 in UTC. It is plain data: `JSON.stringify` loses nothing. */
export interface LedgerEntry {
  schemaVersion: typeof LEDGER_SCHEMA_VERSION;
  /** Unlike that of any other call, also of one with the same run id: what sinks recognise a repeated entry by. */
  id: string;
  runId: string;
  /** The run that the call was made in, such as a chain's. */
  parentRunId?: string;
  /** The outermost run of the invocation that the call was part of, where that is known. */
  traceId?: string;
  /** `thread_id` of the run's metadata, as LangGraph sets it. */
  threadId?: string;
  /** `lc_agent_name` of the run's metadata, as LangChain's agents set it. */
  agent?: string;
  /** `langgraph_node` of the run's metadata. */
  node?: string;
  /** `user` or `user_id` of the run's metadata. */
  user?: string;
  /** `session` or `session_id` of the run's metadata. */
  session?: string;
  provider: string;
  modelRequested: string;
  /** The model that answered, as the answer names it. */
  modelServed?: string;
  /** The answer's id, as its server gave it: what a bill names the call by, where it names calls. */
  responseId?: string;
  /** The service tier by which the call is priced. */
  tier?: string;
  /** The tier that was asked for, where the answer names another; `auto` where none was. */
  tierRequested?: string;
  /** Where the call went, for prices that depend on it. */
  host?: string;
  /** Whether that is an address on a private network or on this machine. */
  privateHost?: boolean;
  /** The provider that the model's class is made for, where it stood before a server of somebody else. */
  clientOf?: string;
  /** What was declared as the model's `pricing`, as it was written. */
  pricing?: unknown;
  /** What the answer says that the call was billed at. */
  serverCost?: ServerCost;
  /** Whether the user vouches for what the server says of its prices. */
  isServerTrusted?: boolean;
  /** What the call used; absent where nothing was spent, and where nobody knows. */
  usage?: EntryUsage;
  cost: EntryCost;
  outcome: Outcome;
  /** The error's class, and its HTTP status where it has one. Its words may hold private data and stay out. */
  errorType?: string;
  /** The HTTP status of that error. */
  errorStatus?: number;
  startedAt: string;
  endedAt: string;
  /** From the start of the run to its end, as its caller saw it. */
  latencyMs: number;
  /** From the first request to the last byte: what GPU hours are priced by, where it is known. */
  serverMs?: number;
  /** From the first request to the first piece of a streamed answer. */
  timeToFirstTokenMs?: number;
  tags: string[];
  /** The plain values (texts, numbers, booleans) of the metadata that the caller gave. */
  metadata: Record<string, string | number | boolean>;
  /** The requests of the call, when there was more than one. */
  attempts?: EntryAttempt[];
  /** The budgets that the call drew on; for one that was denied, the budget that denied it. */
  budgets?: EntryBudget[];
}

/** The fields of an entry that decide its price, beside usage and time. */
export type CallFacts = Pick<
  LedgerEntry,
  | "provider"
  | "modelRequested"
  | "modelServed"
  | "tier"
  | "tierRequested"
  | "host"
  | "privateHost"
  | "clientOf"
  | "pricing"
  | "serverCost"
  | "isServerTrusted"
>;

/** A call that has begun. */
export type OpenedCall = Pick<LedgerEntry, "runId" | "provider" | "modelRequested" | "startedAt">;

/** Where entries go. An object of one's own will do. */
export interface Ledger {
  /** Takes one entry. What it throws, or rejects with, is reported as a warning and fails no call. */
  record(entry: LedgerEntry): void | Promise<void>;
  /**
   * Is told of each call that begins. A `record` with its `runId` ends it; a call that is never seen to end is never recorded.
   * What it throws is reported as a warning.
   */
  opened?(call: OpenedCall): void;
  /** Resolves when what was recorded is where it belongs. The handler's `flush` waits for it. */
  flush?(): Promise<void>;
}
