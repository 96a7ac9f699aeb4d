import { nonEmpty } from "../base/json.js";
import type { ProposedCall } from "../seam/gate.js";
import type { Pot } from "./store.js";
import type { Terms } from "./terms.js";

/** A minute, and what requests may be quicker on their way than those before them. */
const MINUTE_MS = 61_000;
/** Longer keys are another's as soon as their beginnings are alike: no user has such a name. */
const LONGEST_KEY = 256;
/** Databases take neither: NUL, and half of a character. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** The pot of a key, in the window of that time. */
export function potAt({ unit, name, limit, per, calendar }: Terms, key: string, nowMs: number): Pot {
  const id = [unit, name, ...(key === "" ? [] : [key])].map(escaped).join(":");
  if (per === "minute") return { id, limit, slidingMs: MINUTE_MS };
  return calendar === undefined ? { id, limit } : { id, limit, window: calendar.at(nowMs) };
}

/** So that a name and a key are told apart. */
function escaped(part: string): string {
  return part.replaceAll("%", "%25").replaceAll(":", "%3A").replace(UNSTORABLE, "\ufffd");
}

/** Whose pot a call draws on, and what is to be said where that cannot be told: the pot of the empty key then. */
export function keyOf({ by, name }: Terms, call: ProposedCall): { key: string; warning?: string } {
  if (by === undefined) return { key: "" };
  try {
    const key: unknown = typeof by === "function" ? by(call) : KEYS[by](call);
    if (typeof key === "string" && key !== "") return { key: key.slice(0, LONGEST_KEY).replace(UNSTORABLE, "\ufffd") };
    const missing = typeof by === "function" ? "its `by` gave no key" : `the call has no \`${by}\``;
    return {
      key: "",
      warning: `budget \`${name}\`: ${missing}, so that it draws on the pot that all such calls share`,
    };
  } catch (error) {
    const words = error instanceof Error ? error.message : typeof error;
    return {
      key: "",
      warning: `budget \`${name}\`: its \`by\` threw \`${words}\`; the call draws on the pot of no key`,
    };
  }
}

const KEYS: Readonly<Record<"user" | "session" | "thread" | "model", (call: ProposedCall) => string | undefined>> = {
  user: ({ metadata }) => nonEmpty(metadata.user) ?? nonEmpty(metadata.user_id),
  session: ({ metadata }) => nonEmpty(metadata.session) ?? nonEmpty(metadata.session_id),
  thread: ({ metadata }) => nonEmpty(metadata.thread_id),
  model: ({ model }) => model,
};
