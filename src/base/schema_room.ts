import type { Json } from "./json.js";

/** What the references of one request's schemas may add to it, in bytes, where the user says nothing: more than most windows hold. */
const DEFAULT_MOST = 2 ** 20;

/** What came of writing out the references of a schema. */
export interface WrittenOut<Value = Json> {
  readonly value: Value;
  /** The bytes that references added. */
  readonly added: number;
  /** False where they would have added too much, so that some stand as references, or in words. */
  readonly isWhole: boolean;
}

/** What the schemas of one request may still grow by when their references are written out. */
export class SchemaRoom {
  /** The names of those that did not fit. */
  readonly tooLarge: string[] = [];
  private left: number;

  constructor(readonly most: number = DEFAULT_MOST) {
    this.left = most;
  }

  /** Writes one schema into what is left. */
  write<Value>(name: string, write: (most: number) => WrittenOut<Value>): Value {
    const { value, added, isWhole } = write(this.left);
    this.left -= added;
    if (!isWhole && !this.tooLarge.includes(name)) this.tooLarge.push(name);
    return value;
  }

  /**
   * What to tell the user of those that did not fit; `undefined` where all did.
   * @param instead how they are sent
   */
  warning(instead: string): string | undefined {
    const [first, ...others] = this.tooLarge;
    if (first === undefined) return undefined;
    const more = others.length === 0 ? "" : ` and of ${others.length} more`;
    return (
      `Written out, the references in the schema of \`${first.slice(0, 80)}\`${more} would add more than ` +
      `\`maxSchemaBytes\` (${this.most}) to the request, or nest too deep: ${instead}`
    );
  }
}

/** The size of a value as JSON, in bytes. */
export function jsonBytes(value: unknown): number {
  const text = JSON.stringify(value) ?? "";
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Half of a pair is two of the four bytes that the pair has.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** Nested deeper than any schema that was written by hand, and not deep enough for a stack to overflow. */
export const MOST_NESTED_SCHEMAS = 500;

/** Whether a conversion that was made in one room does for another. */
export function fits({ added, isWhole }: WrittenOut<unknown>, madeFor: number, most: number): boolean {
  return madeFor === most || (isWhole && added <= most);
}
