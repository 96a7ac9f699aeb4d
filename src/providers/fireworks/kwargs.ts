import { ConfigurationError } from "../../base/errors.js";
import { isObject } from "../../base/json.js";
import { FIREWORKS_FIELDS } from "./fields.js";

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

const OPTION_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(FIREWORKS_FIELDS).map(([option, field]) => [field, option]),
);

/** The fields in `modelKwargs` that have an option, under that option's name. */
export function kwargsAsOptions(source: object): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(kwargsOf(source))) {
    const option = OPTION_OF.get(field);
    if (option !== undefined) options[option] = value;
  }
  return options;
}

/** The fields in `modelKwargs` that have no option. */
export function extraFields(source: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargsOf(source)).filter(([field]) => !OPTION_OF.has(field)));
}

function kwargsOf(source: object): Record<string, unknown> {
  const kwargs: unknown = Reflect.get(source, "modelKwargs");
  if (kwargs === undefined || kwargs === null) return {};
  if (!isObject(kwargs)) {
    const hint = "Pass an object of fields by their names on the wire.";
    throw new ConfigurationError("modelKwargs", `\`modelKwargs\` is \`${JSON.stringify(kwargs)}\`.`, hint);
  }
  for (const field of Object.keys(kwargs)) {
    const instead = RESERVED.get(field);
    if (instead === undefined) continue;
    throw new ConfigurationError("modelKwargs", `\`modelKwargs\` sets \`${field}\`.`, `Use ${instead} for it.`);
  }
  return kwargs;
}
