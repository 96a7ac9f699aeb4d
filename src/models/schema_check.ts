import { Validator } from "@langchain/core/utils/json_schema";
import type { Json } from "../base/json.js";

const MOST_FAULTS = 3;

/** What is wrong with a value by a JSON schema, in words; `undefined` where nothing is. */
export function schemaFault(value: unknown, schema: Json): string | undefined {
  try {
    // A copy: the validator writes into schemas that have references.
    const { valid, errors } = new Validator(JSON.parse(JSON.stringify(schema)) as Json).validate(value);
    // The innermost come last, and say it best.
    const faults = errors.slice(-MOST_FAULTS).map(({ instanceLocation, error }) => `\`${instanceLocation}\`: ${error}`);
    return valid ? undefined : faults.join(" ");
  } catch {
    // A schema that cannot be read says nothing against the answer.
    return undefined;
  }
}
