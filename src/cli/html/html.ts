import { cleanJson, cleanLine } from "../../base/clean_text.js";

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** What stands in a page: everything but `Html` is escaped; nothing stands for `undefined`. */
export type Part = string | number | Html | undefined | readonly Part[];

/** HTML with values in it, each of which is escaped: as text, and between quotes as an attribute's value. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  // The sources are indented, a page need not be.
  return new Html(parts.map((part, index) => part.replace(/\n */g, " ") + markup(values[index])).join(""));
}

function markup(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(markup).join("");
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * A text that somebody else wrote: its direction is its own, and what cannot be seen is a `?`, as on a terminal. Where there is
 * such a character, a hint has the text with its escapes.
 */
export function foreign(text: string): Html {
  const clean = cleanLine(text);
  return clean === text
    ? html`<bdi>${text}</bdi>`
    : html`<bdi title="${cleanJson(JSON.stringify(text))}">${clean}</bdi>`;
}
