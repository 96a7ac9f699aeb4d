import type { Concession } from "../../wires/openai/refusals.js";

/** What has been learnt of a server by asking it, so that it is asked in the right way from then on. */
export interface ServerKnowledge {
  /** The base URL that worked. */
  url?: string;
  /** What the server refuses. */
  readonly concessions: Set<Concession>;
  /** The way to count tokens that worked; `null` when none does. */
  counter?: string | null;
  /** `tool_choice` is taken and ignored: forced tools are called by schema at once. */
  ignoresToolChoice?: boolean;
  /** Whether the chat template knows tools; `null` when the server does not say. */
  templateKnowsTools?: boolean | null;
  contextTokens?: number;
}

/** More servers and models than one process talks to. */
const MOST_ENTRIES = 256;
const known = new Map<string, ServerKnowledge>();

/** What this process knows of a model at a base URL, shared by all its instances. Starts empty. */
export function knowledgeOf(baseURL: string, model: string): ServerKnowledge {
  const key = `${baseURL} ${model}`;
  let entry = known.get(key);
  if (entry) return entry;
  const [oldest] = known.keys();
  if (known.size >= MOST_ENTRIES && oldest !== undefined) known.delete(oldest);
  entry = { concessions: new Set() };
  known.set(key, entry);
  return entry;
}
