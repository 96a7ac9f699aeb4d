import { MeteredError } from "../base/errors.js";
import { isErrorLike } from "./error_like.js";
import { cleanCopy } from "./clean_copy.js";
import { base64Of, EscapedValue, secretsOf } from "./secret_forms.js";

/** What stands in place of a credential. */
const HIDDEN = "***";
/** A beginning of a credential that a text may break off with. Shorter ones are marks of a provider, such as `sk-`. */
const SHORTEST_BEGINNING = 8;

interface Forms {
  /** The credentials themselves. */
  readonly plain: readonly string[];
  /** And in base64. */
  readonly encoded: readonly string[];
  /** And escaped: made where a text has escapes. */
  escaped?: readonly EscapedValue[];
}

/**
 * The credentials that a call sent: nothing that it says may repeat them. They are looked at when there is something to
 * say, which a call that goes well has not.
 */
export class Secrets {
  private readonly sent: Readonly<Record<string, string>>[] = [];
  private known: Forms | undefined;

  /** Keeps an attempt's headers beside those of the attempts before it. */
  add(headers: Readonly<Record<string, string>>): void {
    this.sent.push(headers);
    this.known = undefined;
  }

  /**
   * A text without the credentials: some servers repeat what they were sent when they refuse it. They are found as they
   * are, as JSON and URLs escape them, in base64, and where the text breaks off in the middle of one. Values of less than
   * six characters are left: they may be any word.
   */
  redact(text: string): string {
    const { forms } = this;
    const { plain, encoded } = forms;
    if (plain.length === 0) return text;
    let rest = text;
    for (const secret of plain) rest = rest.replaceAll(secret, HIDDEN);
    for (const secret of encoded) rest = rest.replaceAll(secret, HIDDEN);
    if (/[\\%]/.test(rest)) {
      forms.escaped ??= plain.map((secret) => new EscapedValue(secret));
      for (const secret of forms.escaped) rest = secret.replaceIn(rest, HIDDEN);
      for (const secret of forms.escaped) rest = secret.replaceCut(rest, HIDDEN, SHORTEST_BEGINNING);
    }
    for (const secret of [...plain, ...encoded]) rest = withoutBeginning(rest, secret);
    return rest;
  }

  /**
   * Takes the credentials out of all that an error says: its words, its fields, its causes, and the errors that it is made
   * of. Our own errors are changed. Others' may be in use elsewhere: one below ours that has a credential in it is replaced
   * with a copy.
   */
  redactError(error: unknown): void {
    if (this.forms.plain.length > 0) this.cleanError(error, new Set());
  }

  private cleanError(error: unknown, seen: Set<object>): void {
    if (typeof error !== "object" || error === null || seen.has(error)) return;
    seen.add(error);
    for (const key of new Set(["message", "stack", ...Object.getOwnPropertyNames(error)])) {
      // A message with what was delivered: that is the model's.
      if (key === "partialOutput") continue;
      const value: unknown = Reflect.get(error, key);
      if (isErrorLike(value) && MeteredError.isInstance(value)) this.cleanError(value, seen);
      else {
        const clean = cleanCopy(value, (text) => this.redact(text));
        if (clean !== value) put(error, key, clean);
      }
    }
  }

  private get forms(): Forms {
    if (this.known) return this.known;
    const plain = [...new Set(this.sent.flatMap(secretsOf))].sort((a, b) => b.length - a.length);
    this.known = { plain, encoded: plain.flatMap(base64Of) };
    return this.known;
  }
}

/** Errors of a platform have words that can only be covered. */
function put(error: object, key: string, value: unknown): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(error, key) ?? {};
  Reflect.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}

/** A text that was cut, at its end or where it is quoted, may end with the first part of a credential. */
function withoutBeginning(text: string, secret: string): string {
  const beginning = secret.slice(0, SHORTEST_BEGINNING);
  if (beginning.length < SHORTEST_BEGINNING) return text;
  let rest = "";
  let from = 0;
  for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, from)) {
    let end = at + beginning.length;
    while (end < text.length && end - at < secret.length && text[end] === secret[end - at]) end++;
    const isCut = end === text.length || text[end] === "`" || text.startsWith("...", end);
    rest += text.slice(from, at) + (isCut ? HIDDEN : text.slice(at, end));
    from = end;
  }
  return from === 0 ? text : rest + text.slice(from);
}
