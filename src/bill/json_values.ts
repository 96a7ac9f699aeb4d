import { isObject, type Json } from "../base/json.js";
import { BillError } from "./bill_error.js";
import type { BillRecord } from "./records.js";

/** Of one JSON object, such as one page of an answer. Files may be larger: lists and lines are read one object at a time. */
const MAX_JSON_CHARACTERS = 67_108_864;

const IN_TEXT = /["\\]/g;
const IN_OBJECT = /["{}]/g;
const BETWEEN = /[^\s,]/g;

/**
 * Reads the JSON objects of a file as it comes in: one object, a list of them, one on each line, or one after the other as pages
 * are that somebody has put together.
 */
export class JsonValues {
  /** The beginning of an object, whose end is still to come. */
  #open = "";
  #depth = 0;
  #lists = 0;
  #isInText = false;
  #isEscaped = false;
  #line = 1;

  *push(text: string): Generator<BillRecord> {
    let start = 0;
    let at = this.#isEscaped ? 1 : 0;
    if (text !== "") this.#isEscaped = false;
    while (at < text.length) {
      const pattern = this.#isInText ? IN_TEXT : this.#depth > 0 ? IN_OBJECT : BETWEEN;
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found === null) break;
      at = found.index + 1;
      if (this.#isInText) {
        if (found[0] === '"') this.#isInText = false;
        else if (at === text.length) this.#isEscaped = true;
        else at += 1;
      } else if (this.#depth > 0) {
        if (!this.#closes(found[0])) continue;
        yield this.#record(this.#open + text.slice(start, at));
        [this.#open, start] = ["", at];
      } else {
        this.#line += newlinesIn(text, start, found.index);
        start = found.index;
        this.#begins(found[0]);
      }
    }
    if (this.#depth > 0) this.#open += text.slice(start);
    else this.#line += newlinesIn(text, start, text.length);
    if (this.#open.length > MAX_JSON_CHARACTERS)
      throw new BillError(`a JSON object of more than ${MAX_JSON_CHARACTERS} characters is not read.`, {
        line: this.#line,
      });
  }

  // oxlint-disable-next-line require-yield -- the other reader may have a last record
  *end(): Generator<BillRecord> {
    if (this.#depth > 0) throw new BillError("it is torn: a JSON object has no end.", { line: this.#line });
    if (this.#lists > 0) throw new BillError("it is torn: a JSON list has no end.", { line: this.#line });
  }

  /** Whether a character ends an object that is not within another. */
  #closes(character: string): boolean {
    if (character === '"') this.#isInText = true;
    else this.#depth += character === "{" ? 1 : -1;
    return this.#depth === 0;
  }

  #begins(character: string): void {
    if (character === "{") this.#depth = 1;
    else if (character === "[") this.#lists += 1;
    else if (character === "]" && this.#lists > 0) this.#lists -= 1;
    else throw new BillError("it is torn, or no JSON.", { line: this.#line });
  }

  #record(text: string): BillRecord {
    const line = this.#line;
    this.#line += newlinesIn(text, 0, text.length);
    return { line, fields: parsed(text, line), isHeader: false };
  }
}

function newlinesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", start); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function parsed(text: string, line: number): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // What follows says so.
  }
  throw new BillError("it is torn, or no JSON.", { line });
}
