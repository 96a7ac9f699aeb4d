import { isObject, type Json } from "../../base/json.js";

/** The definitions of a schema by the text that refers to them. */
export function definitionsOf(schema: Json): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const key of ["$defs", "definitions"]) {
    const group = schema[key];
    if (!isObject(group)) continue;
    for (const [name, definition] of Object.entries(group))
      if (isObject(definition)) found.set(`#/${key}/${name}`, definition);
  }
  return found;
}

/**
 * The definitions that have no written-out form, since they lead back to themselves; and those on the way from one such
 * to another. Takes off, again and again, what refers to nothing and what nothing refers to: each reference is looked at
 * once in each direction.
 */
export function recursiveOf(definitions: ReadonlyMap<string, Json>): Set<string> {
  const to = new Map<string, string[]>();
  const from = new Map<string, string[]>([...definitions.keys()].map((name) => [name, []]));
  for (const [name, definition] of definitions) {
    const known = [...referencesIn(definition, new Set())].filter((other) => definitions.has(other));
    to.set(name, known);
    for (const other of known) from.get(other)?.push(name);
  }
  const left = new Set(definitions.keys());
  takeOff(left, to, from);
  takeOff(left, from, to);
  return left;
}

type Edges = ReadonlyMap<string, readonly string[]>;

/** Takes off what leads nowhere in one direction, until everything that is left does. */
function takeOff(left: Set<string>, ahead: Edges, behind: Edges): void {
  const count = new Map<string, number>();
  for (const name of left) count.set(name, (ahead.get(name) ?? []).filter((other) => left.has(other)).length);
  const ends = [...left].filter((name) => count.get(name) === 0);
  for (let name = ends.pop(); name !== undefined; name = ends.pop()) {
    left.delete(name);
    for (const other of behind.get(name) ?? []) {
      if (!left.has(other)) continue;
      const others = (count.get(other) ?? 0) - 1;
      count.set(other, others);
      if (others === 0) ends.push(other);
    }
  }
}

function referencesIn(value: unknown, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const item of value) referencesIn(item, found);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === "$ref" && typeof inner === "string") found.add(inner);
      else referencesIn(inner, found);
    }
  }
  return found;
}
