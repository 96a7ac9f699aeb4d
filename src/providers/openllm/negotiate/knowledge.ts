import type { ServerHabits } from "../../../wires/openai/dialect.js";
import { isMessageForm, type MessageForm } from "./message_form.js";
import type { Concession } from "./request_body.js";

/** Facts about a server that were learnt by asking it, so that it is asked in the right way from then on. */
export interface ServerKnowledge extends ServerHabits {
  /** The base URL that worked. */
  url?: string;
  /** What the server refuses, so that it is left out or said in another way. */
  readonly concessions: Set<Concession>;
  /** The way to count tokens that worked; `null` when none does. */
  counter?: string | null;
  /** `tool_choice` is taken and ignored: forced tools are called by schema at once. */
  ignoresToolChoice?: boolean;
  /** Whether the chat template knows tools; `null` when the server does not say. */
  templateKnowsTools?: boolean | null;
  contextTokens?: number;
}

/** More servers and models than one process talks to at a time. */
const MOST_ENTRIES = 256;

/**
 * One map for the process, and not one for each model: people make a model for each request that they serve, and each
 * would have to be refused again before it knew better.
 */
const known = new Map<string, ServerKnowledge>();

/** The knowledge of a model at a base URL, shared by all instances in this process. Starts empty. */
export function knowledgeOf(baseURL: string, model: string): ServerKnowledge {
  const key = `${baseURL} ${model}`;
  const entry = known.get(key) ?? { concessions: new Set<Concession>() };
  // The newest stands last, so that the first is the one that was not asked for the longest.
  known.delete(key);
  known.set(key, entry);
  const [oldest] = known.keys();
  if (known.size > MOST_ENTRIES && oldest !== undefined) known.delete(oldest);
  return entry;
}

/** What a server is known to refuse, with what a user says of conversations: as they are, where that is `false`. */
export function concessionsTo(server: ServerKnowledge, said: readonly MessageForm[] | false): Set<Concession> {
  return new Set(
    said === false ? [...server.concessions].filter((each) => !isMessageForm(each)) : [...server.concessions, ...said],
  );
}

/** Begins anew, as a process does that has asked no server yet: each test learns by itself. */
export function forgetServers(): void {
  known.clear();
}
