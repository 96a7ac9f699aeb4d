import type { MoreCounts } from "../../pricing/units.js";

/** Fields from outside. */
export type Fields = Readonly<Record<string, unknown>>;

/** Token counts as someone else's class or server wrote them: named in our words, but not checked yet. */
export interface SpelledUsage {
  input_tokens?: unknown;
  output_tokens?: unknown;
  total_tokens?: unknown;
  input_token_details?: Record<string, unknown>;
  output_token_details?: Record<string, unknown>;
  units?: { [Unit in keyof MoreCounts]?: unknown };
}

/** What one report says, and what is to be said of it. */
export interface Reading {
  usage?: SpelledUsage;
  /** Whether it counts before `usage_metadata` without a word, which the package is known to get wrong. */
  isBetter?: true;
  /** What was derived or assumed to read it. */
  assumptions?: readonly string[];
  /** What is wrong with it, or contradicts something else. */
  warnings?: readonly string[];
  /** Why more may have been billed than the counts say. */
  atLeast?: string;
  /** Under the provider's name for it. */
  tier?: unknown;
  modelServed?: unknown;
  /** What the call was billed at, in USD. */
  cost?: unknown;
  /** What another provider bills beside that. */
  upstreamCost?: unknown;
  /** Why more was billed than that. */
  costAtLeast?: string;
  /** Whether it said a cost that nobody can mean. */
  isCostRefused?: boolean;
  /** Whether it was answered by a server of the user's own, or by Ollama's cloud, where only the answer's form says so. */
  isOwnMachine?: boolean;
  isOllamaCloud?: boolean;
}

/** The first of the fields that says something. */
export function first(fields: Fields, names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

/** Details without those that say nothing; `undefined` where none says something. */
export function known<Details extends object>(details: Details): Details | undefined {
  const entries = Object.entries(details).filter(([, value]) => value !== undefined && value !== null);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Details); // fewer of the same fields
}

/** Why more may have been billed, for as many of the reasons as there are. */
export function because(...reasons: readonly (string | undefined)[]): Pick<Reading, "atLeast"> {
  const said = reasons.filter((reason) => reason !== undefined);
  return said.length === 0 ? {} : { atLeast: said.join("; ") };
}

/** Whether all counts are 0 or missing, which is how classes write that nothing was said. */
export function saysNothing({ input_tokens, output_tokens, total_tokens }: SpelledUsage): boolean {
  return [input_tokens, output_tokens, total_tokens].every((count) => count === 0 || count === undefined);
}

/** Usage without the parts that say nothing. */
export function spelled(usage: SpelledUsage): SpelledUsage | undefined {
  if (usage.input_tokens === undefined && usage.output_tokens === undefined) return undefined;
  return known(usage);
}
