import { sha256 } from "../../../base/sha256.js";
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

/** More servers, models and accounts than one process talks to in turn: some 3 MB. */
const MOST_ENTRIES = 10_000;
/** Entries of which nothing is known yet are many where somebody asks for models that there are not. */
const MOST_EMPTY = 256;

/**
 * One map for the process, and not one for each model: people make a model for each request that they serve, and each
 * would have to be refused again before it knew better. Of each map the first entry is the one that was not asked for
 * the longest. What knows nothing yet stands apart, and pushes out none of what is known.
 */
const known = new Map<string, ServerKnowledge>();
const empty = new Map<string, ServerKnowledge>();

/**
 * The knowledge of a model at a base URL, shared by all instances in this process that ask for the same account. Starts empty.
 * @param account who asks, by `accountOf`: accounts teach each other nothing, since gateways have other servers and rights for each
 */
export function knowledgeOf(baseURL: string, model: string, account = ""): ServerKnowledge {
  const key = `${baseURL} ${model} ${account === "" ? "" : sha256(account)}`;
  const entry = known.get(key) ?? empty.get(key) ?? { concessions: new Set<Concession>() };
  empty.delete(key);
  known.delete(key);
  keep(key, entry);
  return entry;
}

function keep(key: string, entry: ServerKnowledge): void {
  const [entries, most] = isEmpty(entry) ? [empty, MOST_EMPTY] : [known, MOST_ENTRIES];
  entries.set(key, entry);
  if (entries.size <= most) return;
  const [oldest] = entries;
  if (oldest === undefined) return;
  entries.delete(oldest[0]);
  // It may have learnt something since it was asked for.
  if (entries === empty && !isEmpty(oldest[1])) keep(...oldest);
}

const isEmpty = ({ concessions, ...facts }: ServerKnowledge): boolean =>
  concessions.size === 0 && Object.values(facts).every((fact) => fact === undefined);

/** What a server is known to refuse, with what a user says of conversations: as they are, where that is `false`. */
export function concessionsTo(server: ServerKnowledge, said: readonly MessageForm[] | false): Set<Concession> {
  return new Set(
    said === false ? [...server.concessions].filter((each) => !isMessageForm(each)) : [...server.concessions, ...said],
  );
}

/** Begins anew, as a process does that has asked no server yet: each test learns by itself. */
export function forgetServers(): void {
  known.clear();
  empty.clear();
}
