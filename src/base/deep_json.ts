/** JSON of which nothing can be made but text: a bracket, or a name with its colon. */
class Mark {
  constructor(readonly text: string) {}
}

/**
 * Parsed JSON as text, however deep it is nested: for some ten thousand levels, `JSON.stringify` has not enough stack.
 * Parsing has.
 */
export function deepJsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return written(value);
  }
}

function written(root: unknown): string {
  const text: string[] = [];
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (value instanceof Mark) text.push(value.text);
    else if (typeof value === "object" && value !== null) open(value, rest);
    else text.push(JSON.stringify(value) ?? "null");
  }
  return text.join("");
}

/** Puts what is in an object or a list on the stack, the first of it on top. */
function open(value: object, rest: unknown[]): void {
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  rest.push(new Mark(isList ? "]" : "}"));
  for (const [name, inner] of entries.reverse())
    rest.push(inner, new Mark(`,${isList ? "" : `${JSON.stringify(name)}:`}`));
  const first = rest.at(-1);
  if (entries.length > 0 && first instanceof Mark) rest[rest.length - 1] = new Mark(first.text.slice(1));
  rest.push(new Mark(isList ? "[" : "{"));
}

/** True for a value that has objects or lists in each other, more than so many levels. Linear, and without recursion. */
export function isNestedBeyond(value: unknown, levels: number): boolean {
  let objects = [value].filter(isNested);
  for (let level = 0; objects.length > 0; level++) {
    if (level === levels) return true;
    objects = objects.flatMap((object) => Object.values(object).filter(isNested));
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
