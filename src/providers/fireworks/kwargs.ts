import { ConfigurationError } from "../../base/errors.js";
import { fieldsOf, isObject } from "../../base/json.js";
import { shown } from "../../base/shown.js";
import type { OptionTable } from "../../models/option_table.js";
import { FIREWORKS_OPTIONS } from "./options.js";

/** Fields that are made of something else than an option of their own, and what that is. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  ["model", "model"],
  ["messages", "the messages of the call"],
  ["stream", "stream()"],
  ["stream_options", "streamUsage"],
  ["stop", "stop"],
  ["tools", "bindTools()"],
  ["tool_choice", "the call option tool_choice"],
  ["parallel_tool_calls", "parallelToolCalls"],
]);

const TABLE: OptionTable = FIREWORKS_OPTIONS;
const OPTION_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(TABLE).flatMap(([option, { wire }]) => (wire === undefined ? [] : [[wire, option]])),
);

/**
 * Options with the fields in `modelKwargs` that have an option under that option's name; the option itself goes first.
 * @throws ConfigurationError for what is no object, and for fields that have a place of their own
 */
export function unpackKwargs(given: object): object {
  // Callers without types pass texts and numbers.
  const { modelKwargs: kwargs } = fieldsOf(given);
  if (kwargs === undefined || kwargs === null) return given;
  if (!isObject(kwargs)) {
    const hint = "Pass an object of fields by their names on the wire.";
    throw new ConfigurationError("modelKwargs", `\`modelKwargs\` is \`${shown(kwargs)}\`.`, hint);
  }
  const options: Record<string, unknown> = {};
  const modelKwargs: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(kwargs)) {
    const instead = RESERVED.get(field);
    if (instead !== undefined)
      throw new ConfigurationError("modelKwargs", `\`modelKwargs\` sets \`${field}\`.`, `Use ${instead} for it.`);
    const option = OPTION_OF.get(field);
    if (option === undefined) modelKwargs[field] = value;
    else options[option] = value;
  }
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...options, ...Object.fromEntries(own), modelKwargs };
}
