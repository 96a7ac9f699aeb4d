import { Validator } from "@langchain/core/utils/json_schema";
import type { Json } from "../base/json.js";
import { withTamePatterns } from "./tame_patterns.js";

const MOST_FAULTS = 3;

/** What is wrong with a value by a JSON schema, in words; `undefined` where nothing is. */
export function schemaFault(value: unknown, schema: Json): string | undefined {
  try {
    // A copy: the validator writes into schemas that have references.
    const own = JSON.parse(JSON.stringify(schema)) as Json; // JSON of an object
    const { valid, errors } = new Validator(withTamePatterns(own, value)).validate(value);
    // The innermost come last, and say it best.
    const faults = errors.slice(-MOST_FAULTS).map(({ instanceLocation, error }) => `\`${instanceLocation}\`: ${error}`);
    return valid ? undefined : faults.join(" ");
  } catch {
    // A schema that cannot be read says nothing against the answer.
    return undefined;
  }
}
