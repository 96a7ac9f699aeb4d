import { ConfigurationError } from "../../base/errors.js";
import type { SamplingOptions } from "../../models/options.js";
import { checkFireworks } from "./checks.js";
import { ALIASES } from "./fields.js";
import { extraFields, kwargsAsOptions } from "./kwargs.js";
import type { FireworksOptions } from "./options.js";

/** Pairs of options of which the API takes only one. */
const EXCLUSIVE = [
  ["maxTokens", "maxCompletionTokens"],
  ["thinking", "reasoningEffort"],
] as const;

/** A constructor's and a call's options as one; none of them is null. */
export interface MergedOptions extends FireworksOptions, SamplingOptions {
  parallel_tool_calls?: boolean;
  /** Fields of the request that have no option. */
  modelKwargs: Record<string, unknown>;
}

/**
 * The constructor's options with a call's on top. Of two options that exclude each other the call's wins over the
 * constructor's.
 * @throws ConfigurationError when one source sets both, and for values that the API is documented to refuse
 */
export function mergeOptions(fields: object, call: object): MergedOptions {
  const base = named(fields);
  const own = named(call);
  const merged = { ...base };
  for (const [one, other] of EXCLUSIVE) {
    for (const source of [base, own]) refuseBoth(source, one, other);
    if (isSet(own[one])) delete merged[other];
    if (isSet(own[other])) delete merged[one];
  }
  Object.assign(merged, own);
  const options = Object.fromEntries(Object.entries(merged).filter(([, value]) => isSet(value)));
  checkFireworks(options);
  return { ...options, modelKwargs: { ...extraFields(fields), ...extraFields(call) } };
}

/** One source's options, those that are not `undefined`, under one name each. */
function named(source: object): Record<string, unknown> {
  const options = kwargsAsOptions(source);
  for (const [option, value] of Object.entries(source)) if (value !== undefined) options[option] = value;
  for (const [alias, name] of Object.entries(ALIASES)) {
    const value = options[alias];
    if (value !== undefined && options[name] === undefined) options[name] = value;
  }
  return options;
}

const isSet = (value: unknown) => value !== undefined && value !== null;

function refuseBoth(source: Readonly<Record<string, unknown>>, one: string, other: string): void {
  if (!isSet(source[one]) || !isSet(source[other])) return;
  const hint = "Fireworks takes only one of them; leave the other out.";
  throw new ConfigurationError(other, `\`${one}\` and \`${other}\` are both set.`, hint);
}
