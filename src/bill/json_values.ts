import { isObject, type Json } from "../base/json.js";
import { BillError } from "./bill_error.js";
import type { BillRecord } from "./records.js";

/** Of one JSON object, such as one page of an answer. Files may be larger: lists and lines are read one object at a time. */
export const MAX_JSON_CHARACTERS = 67_108_864;

/**
 * Reads the JSON objects of a file as it comes in: one object, a list of them, one on each line, or one after the other as pages
 * are that somebody has put together.
 */
export class JsonValues {
  #pieces = "";
  #depth = 0;
  #lists = 0;
  #isInText = false;
  #isEscaped = false;
  #line = 1;
  #startLine = 1;

  *push(text: string): Generator<BillRecord> {
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text.charAt(at);
      if (character === "\n") this.#line += 1;
      if (this.#depth === 0) {
        if (character === "{") [start, this.#startLine] = [at, this.#line];
        else this.#between(character);
      }
      if (!this.#closes(character)) continue;
      yield this.#record(this.#pieces + text.slice(start, at + 1));
      this.#pieces = "";
    }
    if (this.#depth === 0) return;
    this.#pieces += text.slice(start);
    if (this.#pieces.length > MAX_JSON_CHARACTERS)
      throw new BillError(`a JSON object of more than ${MAX_JSON_CHARACTERS} characters is not read.`, {
        line: this.#startLine,
      });
  }

  // oxlint-disable-next-line require-yield -- the other reader may have a last record
  *end(): Generator<BillRecord> {
    if (this.#depth > 0) throw new BillError("it is torn: a JSON object has no end.", { line: this.#startLine });
    if (this.#lists > 0) throw new BillError("it is torn: a JSON list has no end.", { line: this.#line });
  }

  /** Whether a character ends an object that is not within another. */
  #closes(character: string): boolean {
    if (this.#isInText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (character === "\\") this.#isEscaped = true;
      else if (character === '"') this.#isInText = false;
      return false;
    }
    if (this.#depth > 0 && character === '"') this.#isInText = true;
    else if (character === "{") this.#depth += 1;
    else if (character === "}") {
      this.#depth -= 1;
      return this.#depth === 0;
    }
    return false;
  }

  #between(character: string): void {
    if (character === "[") this.#lists += 1;
    else if (character === "]" && this.#lists > 0) this.#lists -= 1;
    else if (!/[\s,]/.test(character)) throw new BillError("it is torn, or no JSON.", { line: this.#line });
  }

  #record(text: string): BillRecord {
    return { line: this.#startLine, fields: parsed(text, this.#startLine), isHeader: false };
  }
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
