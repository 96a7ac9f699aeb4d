import { toBase64 } from "../base/bytes.js";

/** Headers whose values are credentials, whoever set them. */
export const SECRET_HEADER = /auth|key|token|secret|cookie|password|credential/i;
/** Shorter values are words that may stand in any message. What is made of a value is longer than the value. */
const SHORTEST_SECRET = 6;
/** What the documentation of servers tells to write where there is no key. Messages have these words, and their addresses. */
const NO_SECRETS: ReadonlySet<string> = new Set([
  "ollama",
  "lm-studio",
  "not-needed",
  "no-key-required",
  "sk-no-key-required",
]);
/** A part of base64 that is shorter says too little, and may be a word. */
const SHORTEST_BASE64 = 8;

/**
 * The credentials among a request's headers, the longest first: each value with and without its scheme, and what a `Basic`
 * one was made of, `user:password` and the password.
 */
export function secretsOf(headers: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(headers).flatMap(([name, value]) => {
    const bare = value.replace(/^\w+ /, "");
    return SECRET_HEADER.test(name) && !NO_SECRETS.has(bare) ? [value, bare, ...basicOf(value)] : [];
  });
  return longestFirst(values.filter((value) => value.length >= SHORTEST_SECRET));
}

function basicOf(value: string): string[] {
  const [, encoded] = /^basic ([\w+/=-]+)$/i.exec(value.trim()) ?? [];
  if (encoded === undefined) return [];
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const credentials = new TextDecoder().decode(bytes);
    return [credentials, credentials.slice(credentials.indexOf(":") + 1)];
  } catch {
    return [];
  }
}

/**
 * A value in base64, by itself and inside of something longer, which begins at any of three places of a group of four. At
 * its edges inside of others a character has bits of the neighbours, and is left.
 */
export function base64Of(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const inside = [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const first = Math.ceil((before * 8) / 6);
    return toBase64(padded).slice(first, Math.floor((padded.length * 8) / 6));
  });
  const forms = [toBase64(bytes).replace(/={1,2}$/, ""), ...inside];
  const urlForms = forms.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  return longestFirst([...forms, ...urlForms].filter((form) => form.length >= SHORTEST_BASE64));
}

/** Engines take no pattern that is much longer. */
const CHARACTERS_IN_PATTERN = 250;

/**
 * A value whose characters may be written as JSON, a URL, or both write them, each by itself: `\/`, `\u0073`, `%73`, also where
 * JSON stands in a text of other JSON. Several backslashes are taken as one: each by itself could be any part of a text of
 * backslashes, and there would be as many ways to try as there are parts.
 */
export class EscapedValue {
  /** The ways to write each of its characters. */
  private readonly ways: readonly string[];
  /** One after the other they are the value. */
  private readonly patterns: readonly RegExp[];

  constructor(value: string) {
    const ways = (value.match(/\\+|[^\\]/gu) ?? []).map((part) =>
      part.startsWith("\\") ? waysToWriteBackslashes(part.length) : `(?:${waysToWrite(part).join("|")})`,
    );
    this.ways = ways;
    this.patterns = Array.from({ length: Math.ceil(ways.length / CHARACTERS_IN_PATTERN) }, (_, at) => {
      const part = ways.slice(at * CHARACTERS_IN_PATTERN, (at + 1) * CHARACTERS_IN_PATTERN);
      return new RegExp(part.join(""), at === 0 ? "g" : "y");
    });
  }

  /** A text with something else in place of the value. */
  replaceIn(text: string, replacement: string): string {
    const [first, ...others] = this.patterns;
    let rest = "";
    let from = 0;
    for (const match of first === undefined ? [] : text.matchAll(first)) {
      let end = match.index + match[0].length;
      const isWhole = others.every((pattern) => {
        pattern.lastIndex = end;
        end += pattern.exec(text)?.[0].length ?? 0;
        return pattern.lastIndex > 0;
      });
      if (!isWhole || match.index < from) continue;
      rest += text.slice(from, match.index) + replacement;
      from = end;
    }
    return from === 0 ? text : rest + text.slice(from);
  }

  /**
   * The same where the text was cut in the middle of the value.
   * @param least how many characters of it there must be
   */
  replaceCut(text: string, replacement: string, least: number): string {
    if (this.ways.length < least) return text;
    let rest = "";
    let from = 0;
    for (const { index, 0: beginning } of text.matchAll(new RegExp(this.ways.slice(0, least).join(""), "g"))) {
      CUT.lastIndex = this.endOf(text, index + beginning.length, least);
      if (index < from || !CUT.test(text)) continue;
      rest += text.slice(from, index) + replacement;
      from = CUT.lastIndex;
    }
    return from === 0 ? text : rest + text.slice(from);
  }

  /** How far a text goes on with the value, of which some characters are behind. */
  private endOf(text: string, start: number, behind: number): number {
    let end = start;
    for (const way of this.ways.slice(behind)) {
      const one = new RegExp(way, "y");
      one.lastIndex = end;
      if (!one.test(text)) break;
      end = one.lastIndex;
    }
    return end;
  }
}

/** What may be left of an escape where a text was cut: at its end, or where it is quoted. */
const CUT = /(?:\\{1,8}(?:u[0-9a-f]{0,3})?|%[0-9a-f]{0,5})?(?=`|\.{3}|$)/iy;

/** How often JSON in JSON in JSON doubles what it escapes: eight for one. */
const MOST_FOR_ONE = 8;

function waysToWriteBackslashes(count: number): string {
  return `(?:\\\\|u005[cC]|%(?:25){0,2}5[cC]){${count},${MOST_FOR_ONE * count}}`;
}

function waysToWrite(character: string): string[] {
  const literal = character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const json = units.map((unit) => `\\\\{1,7}u${anyCase(unit.toString(16).padStart(4, "0"))}`).join("");
  const bytes = [...new TextEncoder().encode(character)];
  const url = bytes.map((byte) => `%(?:25){0,2}${anyCase(byte.toString(16).padStart(2, "0"))}`).join("");
  return [/["/]/.test(character) ? `\\\\{0,7}${literal}` : literal, json, url];
}

const anyCase = (hex: string) => hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

function longestFirst(values: readonly string[]): string[] {
  return [...new Set(values)].sort((a, b) => b.length - a.length);
}
