import { isObject, itemsOf, type Json } from "../../base/json.js";

/** One schema that says what all parts of an `allOf` say. */
export function mergeAllOf(schema: Json): Json {
  const { allOf } = schema;
  if (!Array.isArray(allOf)) return schema;
  const { allOf: _, ...own } = schema;
  return sumOf([own, ...allOf.filter(isObject).map(mergeAllOf)]);
}

/** What schemas say together; of two values of a keyword that has no sum the first. In time linear in what they hold. */
function sumOf(schemas: readonly Json[]): Json {
  const byKeyword = new Map<string, Set<unknown>>();
  // A set: the parts that several references share say nothing twice.
  for (const schema of schemas) addAll(byKeyword, schema);
  return Object.fromEntries([...byKeyword].map(([keyword, values]) => [keyword, sumOfKeyword(keyword, [...values])]));
}

function addAll(lists: Map<string, Set<unknown>>, entries: Json): void {
  for (const [name, value] of Object.entries(entries)) {
    const values = lists.get(name) ?? new Set();
    lists.set(name, values.add(value));
  }
}

function sumOfKeyword(keyword: string, values: readonly unknown[]): unknown {
  const [first] = values;
  if (values.length === 1) return first;
  if (keyword === "description") return values.map(String).join(" ");
  if (keyword === "properties" && isObject(first)) return sumOfProperties(values.filter(isObject));
  if (!Array.isArray(first)) return first;
  const lists = values.filter((value) => Array.isArray(value)).map(itemsOf);
  if (keyword === "required") return [...new Set(lists.flat())];
  return keyword === "enum" ? lists.reduce(inBoth) : first;
}

function sumOfProperties(all: readonly Json[]): Json {
  const byName = new Map<string, Set<unknown>>();
  for (const properties of all) addAll(byName, properties);
  return Object.fromEntries([...byName].map(([name, values]) => [name, sumOfProperty([...values])]));
}

function sumOfProperty(values: readonly unknown[]): unknown {
  const first = values.find((value) => value !== undefined && value !== null);
  return isObject(first) && values.length > 1 ? sumOf(values.filter(isObject)) : first;
}

function inBoth(a: readonly unknown[], b: readonly unknown[]): readonly unknown[] {
  const others = new Set(b);
  return a.filter((value) => others.has(value));
}

/**
 * One object that takes the properties of each variant, and what must be said beside it.
 * @param own what stands beside the variants and belongs to each
 */
export function mergeVariants(variants: readonly Json[], own: Json = {}): { object: Json; note: string } {
  const shared = propertiesOf(own);
  const byName = new Map<string, unknown[]>();
  const counts = new Map<unknown, number>();
  const sets: string[] = [];
  for (const variant of variants) {
    const properties = withShared(propertiesOf(variant), shared);
    const required = new Set([...itemsOf(variant.required), ...itemsOf(own.required)].map(String));
    for (const name of required) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const [name, property] of Object.entries(properties)) {
      const values = byName.get(name);
      if (values) values.push(property);
      else byName.set(name, [property]);
    }
    sets.push(wordsFor(properties, required));
  }
  const some = [...byName].map(([name, values]): [string, unknown] => {
    const isEverywhere = !Object.hasOwn(shared, name) || values.length === variants.length;
    return [name, oneOf(isEverywhere ? values : [...values, shared[name]])];
  });
  const always = [...counts].filter(([, count]) => count === variants.length).map(([name]) => name);
  return {
    object: {
      type: "object",
      properties: { ...Object.fromEntries(some), ...without(shared, byName) },
      ...(always.length > 0 ? { required: always } : {}),
    },
    note: setsNote(sets, wordsFor(without(shared, byName), new Set(itemsOf(own.required).map(String)))),
  };
}

const propertiesOf = ({ properties }: Json): Json => (isObject(properties) ? properties : {});

/** A variant's properties, with what is said of them beside all variants. */
function withShared(properties: Json, shared: Json): Json {
  const entries = Object.entries(properties).map(([name, property]): [string, unknown] => [
    name,
    Object.hasOwn(shared, name) ? sumOfProperty([property, shared[name]]) : property,
  ]);
  return Object.fromEntries(entries);
}

function without(properties: Json, names: ReadonlyMap<string, unknown>): Json {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.has(name)));
}

/** What all sets have is repeated in each only where that makes no long text. */
const LONGEST_REPEATED = 2_000;

function setsNote(sets: readonly string[], shared: string): string {
  const isRepeated = shared !== "" && shared.length * sets.length <= LONGEST_REPEATED;
  const words = sets.map((set) => [set, isRepeated ? shared : ""].filter((part) => part !== "").join(", ") || "none");
  const rest = shared === "" || isRepeated ? "" : ` Each may also have: ${shared}.`;
  return `The arguments are one of these sets: ${words.join("; or ")}.${rest}`;
}

/** `kind = "circle", radius`: the fixed values tell the variants apart. */
function wordsFor(properties: Json, required: ReadonlySet<string>): string {
  const words = Object.entries(properties).map(([name, property]) => {
    const values: unknown = isObject(property) ? property.enum : undefined;
    const fixed = Array.isArray(values) && values.length === 1 ? ` = ${JSON.stringify(values[0])}` : "";
    return `${name}${fixed}${required.has(name) ? "" : " (optional)"}`;
  });
  return words.join(", ");
}

/** A property that is what any of the variants says of it: lists of values become one, and other kinds stay apart. */
function oneOf(values: readonly unknown[]): unknown {
  const [first] = values;
  if (values.length === 1 || !isObject(first)) return first;
  const seen = new Set<string>();
  const kinds: Json[] = [];
  const listed = new Map<unknown, { at: number; values: Set<unknown> }>();
  const several = values.filter(isObject).filter((value) => isNew(value, seen));
  if (several.length === 1) return first;
  for (const value of several.flatMap((each) => (Array.isArray(each.anyOf) ? each.anyOf.filter(isObject) : [each]))) {
    const same = Array.isArray(value.enum) ? listed.get(value.type) : undefined;
    for (const each of same ? itemsOf(value.enum) : []) same?.values.add(each);
    if (same) continue;
    if (Array.isArray(value.enum)) listed.set(value.type, { at: kinds.length, values: new Set(itemsOf(value.enum)) });
    kinds.push(value);
  }
  for (const { at, values: all } of listed.values()) kinds[at] = { ...kinds[at], enum: [...all] };
  return kinds.length === 1 ? kinds[0] : { anyOf: kinds };
}

function isNew(value: unknown, seen: Set<string>): boolean {
  const text = JSON.stringify(value);
  return !seen.has(text) && seen.add(text) !== undefined;
}
