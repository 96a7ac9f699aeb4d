import { isObject } from "../../base/json.js";
import { shown } from "../../base/shown.js";
import type { Kind } from "../../models/option_table.js";

/** Whom serverless usage is for: Fireworks groups what it bills by these three names. */
export interface FireworksAnnotations {
  /** Who makes the calls. */
  team?: string | undefined;
  /** What they are for. */
  project?: string | undefined;
  /** Where they are made, such as `prod`. */
  environment?: string | undefined;
}

/** The header in which they travel. */
export const ANNOTATIONS_HEADER = "fireworks-annotations";

const NAMES: ReadonlySet<string> = new Set(["team", "project", "environment"] satisfies (keyof FireworksAnnotations)[]);

/** What a header carries, without the two signs that tell annotations apart, and without blanks around it. */
const VALUE = /^(?! )[\x20-\x2b\x2d-\x3c\x3e-\x7e\xa0-\xff]+(?<! )$/;

/** Refuses what Fireworks would drop without a word, or read as something else. */
export const annotations: Kind = (value, option) => {
  if (!isObject(value)) return { remedy: 'It must be an object such as `{ team: "search" }`.' };
  for (const [name, text] of Object.entries(value)) {
    if (!NAMES.has(name)) {
      const remedy = "Fireworks knows `team`, `project` and `environment`, and drops all others.";
      return { problem: `There is no annotation \`${name}\` in \`${option}\`.`, remedy };
    }
    if (text === undefined || (typeof text === "string" && VALUE.test(text))) continue;
    const problem = `\`${option}.${name}\` is \`${shown(text)}\`.`;
    const remedy =
      "It travels in a header: use Latin letters, digits and signs, but no comma, `=`, or blank at an end.";
    return { problem, remedy };
  }
  return undefined;
};

/** Whether annotations say nothing. */
export function saysNothing(value: unknown): boolean {
  return (
    isObject(value) && Object.values(value).every((text) => text === undefined) && annotations(value, "") === undefined
  );
}

/** Each as `team=search`: so the header writes them, and so the tags of a run have them. */
export function toTags(value: unknown): string[] {
  return Object.entries((value ?? {}) as FireworksAnnotations) // as they were checked
    .flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${text}`]));
}

/** The value of the header. */
export function toHeader(value: unknown): string {
  return toTags(value).join(",");
}
