import { ConfigurationError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";

/** Fields that this package builds itself, and the option or argument with which they are set. */
const OWN: Record<string, string> = {
  messages: "the input of the call",
  model: "`model`",
  stream: "`stream()` or `invoke()`",
};

/**
 * The fields that `extraBody` adds: the constructor's and the call's, the call's on top; `null` takes one back.
 * @throws ConfigurationError for what is no object, and for fields that have a place of their own
 */
export function mergeExtraBody(...sources: readonly unknown[]): Json {
  const merged: Json = {};
  for (const source of sources) {
    if (source === undefined || source === null) continue;
    if (!isObject(source)) {
      throw new ConfigurationError(
        "extraBody",
        `\`extraBody\` is \`${JSON.stringify(source)}\`.`,
        "Pass an object of fields, such as `{ top_k: 20 }`.",
      );
    }
    for (const [name, value] of Object.entries(source)) {
      const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
      if (own !== undefined)
        throw new ConfigurationError("extraBody", `\`extraBody.${name}\` cannot be set.`, `It is set by ${own}.`);
      if (value === null) delete merged[name];
      else if (value !== undefined) merged[name] = value;
    }
  }
  return merged;
}

/** Options with what `extraBody` says of the output limit and the number of answers, which gates and the books must see. */
export function liftLimits(options: { extraBody?: unknown; maxTokens?: unknown; n?: unknown }): object {
  const { extraBody } = options;
  if (!isObject(extraBody)) return options;
  const numbers = Object.entries(extraBody).filter(([name, value]) => LIFTED.has(name) && typeof value === "number");
  if (numbers.length === 0) return options;
  const { max_tokens, max_completion_tokens, n } = Object.fromEntries(numbers) as Record<string, number | undefined>;
  const lifted = {
    ...options,
    extraBody: Object.fromEntries(
      Object.entries(extraBody).filter(([name]) => !numbers.some(([other]) => other === name)),
    ),
  };
  lifted.maxTokens ??= max_tokens ?? max_completion_tokens;
  lifted.n ??= n;
  return lifted;
}

const LIFTED = new Set(["max_tokens", "max_completion_tokens", "n"]);
