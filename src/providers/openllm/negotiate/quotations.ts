import { isObject, type Json } from "../../../base/json.js";
import { MAP_KEYWORDS } from "../../../base/schema_keywords.js";
import { Suffixes } from "./suffixes.js";

/** No server's own words happen to be so much of what a user wrote, in letters and digits. */
const CERTAIN = 20;
/** Where a user's text begins or ends less will do, such as `not supported`: what is repeated is cut there. */
const CERTAIN_AT_EDGE = 12;

/** In letters. What is longer has lost its blanks. */
const LONGEST_WORD = 12;

/** What is written otherwise when a text is repeated: escapes of JSON, Python, HTML and addresses. */
const ESCAPES = /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[nrtbfv])|&(?:[a-z]{2,6}|#x?[0-9a-f]{1,6});|%[0-9a-f]{2}/gi;
const ESCAPE_OR_CHARACTER = new RegExp(`${ESCAPES.source}|([a-z0-9])`, "gi");

/**
 * What a refusal repeats of its request. Users write prompts, names of tools and schemas; what they say of a server there
 * is not what the server says. Texts are compared by their letters and digits alone, since gateways cut what they repeat,
 * escape it anew and change its blanks.
 */
export class Quotations {
  /** Where in the words each letter and digit stands. */
  private readonly places: number[] = [];
  private readonly quoted: readonly number[];
  private readonly quotedAtEdge: readonly number[];

  constructor(
    private readonly words: string,
    body: Json,
  ) {
    const characters: string[] = [];
    for (const { index, 1: character } of words.matchAll(ESCAPE_OR_CHARACTER)) {
      if (character === undefined) continue;
      characters.push(character.toLowerCase());
      this.places.push(index);
    }
    const suffixes = new Suffixes(characters.join(""));
    const [found, atEdges] = [suffixes.none(), suffixes.none()];
    for (const text of textsOf(body)) suffixes.note(lettersOf(text), found, atEdges);
    this.quoted = suffixes.longestAt(found);
    this.quotedAtEdge = suffixes.longestAt(atEdges);
  }

  /** The words without what is certainly repeated. */
  get own(): string {
    return this.without((at) => ifAtLeast(this.quoted[at], CERTAIN));
  }

  /** True where the pattern matches words that are nobody's but the server's: not one that also stands in the request. */
  says(pattern: RegExp): boolean {
    const own = this.without((at) =>
      Math.max(ifAtLeast(this.quoted[at], CERTAIN), ifAtLeast(this.quotedAtEdge[at], CERTAIN_AT_EDGE)),
    );
    const all = own.matchAll(new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`));
    return [...all].some(({ index, 0: match }) => !this.isQuoted(index, index + match.length));
  }

  private isQuoted(from: number, to: number): boolean {
    const first = this.firstFrom(from);
    const last = this.firstFrom(to) - 1;
    return last >= first && (this.quoted[last] ?? 0) > last - first;
  }

  /** The first character that stands at a place or behind it. By halves, since there may be many to look for. */
  private firstFrom(place: number): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.places[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A word of the server's own that happens to end, or to begin, as a quotation does is no part of it. */
  private wordStart(at: number): number {
    let start = at;
    while (start - at < LONGEST_WORD && this.isInside(start)) start++;
    return this.isInside(start) ? at : start;
  }

  private wordEnd(at: number): number {
    let end = at;
    while (at - end < LONGEST_WORD && this.isInside(end + 1)) end--;
    return this.isInside(end + 1) ? at : end;
  }

  /** True between two characters of one word. */
  private isInside(at: number): boolean {
    const [before, place] = [this.places[at - 1], this.places[at]];
    if (before === undefined || place === undefined) return false;
    return before === place - 1 || /^_+$/.test(this.words.slice(before + 1, place));
  }

  /** The words with a mark in place of some parts, given how long the one is that ends at a character. */
  private without(lengthAt: (at: number) => number): string {
    let text = "";
    let from = this.words.length;
    // From the end, since a part is known by it.
    for (let at = this.places.length - 1; at >= 0; at--) {
      const length = lengthAt(at);
      if (length === 0) continue;
      const end = this.places[this.wordEnd(at)] ?? 0;
      const start = this.places[this.wordStart(at - length + 1)] ?? 0;
      if (end < from) {
        text = MARK.repeat(end + 1 - start) + this.words.slice(end + 1, from) + text;
        from = start;
      } else if (start < from) {
        text = MARK.repeat(from - start) + text;
        from = start;
      }
    }
    return this.words.slice(0, from) + text;
  }
}

/** Stands for a character that was repeated; no pattern has it, and places stay the same. */
const MARK = "\u0000";

const ifAtLeast = (length = 0, least = 0): number => (length >= least ? length : 0);

function lettersOf(text: string): string {
  return text
    .replace(ESCAPES, "")
    .replace(/[^a-z0-9]+/gi, "")
    .toLowerCase();
}

/** Fields whose values are words of the API itself. */
const OF_API: ReadonlySet<string> = new Set(["role", "type", "tool_choice", "$ref"]);

/** The texts in a request that its user wrote: values, and the names of properties. */
function* textsOf(value: unknown, key = ""): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsOf(item);
  else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      const isNamed = MAP_KEYWORDS.has(key);
      if (isNamed) yield name;
      if (isNamed || !OF_API.has(name)) yield* textsOf(inner, isNamed ? "" : name);
    }
  }
}
