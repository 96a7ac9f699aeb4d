import { isObject, type Json } from "../../base/json.js";

/** One schema that says what all parts of an `allOf` say. */
export function mergeAllOf(schema: Json): Json {
  const { allOf } = schema;
  if (!Array.isArray(allOf)) return schema;
  const { allOf: _, ...own } = schema;
  return allOf.filter(isObject).map(mergeAllOf).reduce(mergeBoth, own);
}

function mergeBoth(a: Json, b: Json): Json {
  const merged: Json = { ...a };
  for (const [keyword, value] of Object.entries(b)) {
    merged[keyword] = keyword in a ? mergeKeyword(keyword, a[keyword], value) : value;
  }
  return merged;
}

function mergeKeyword(keyword: string, a: unknown, b: unknown): unknown {
  if (keyword === "properties" && isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return Object.fromEntries([...names].map((name) => [name, mergeProperty(a[name], b[name])]));
  }
  const [listA, listB] = [toList(a), toList(b)];
  if (keyword === "required" && listA && listB) return [...new Set([...listA, ...listB])];
  if (keyword === "enum" && listA && listB) return listA.filter((value) => listB.includes(value));
  if (keyword === "description") return `${String(a)} ${String(b)}`;
  return a;
}

function mergeProperty(a: unknown, b: unknown): unknown {
  if (!isObject(a) || !isObject(b)) return a ?? b;
  return mergeBoth(a, b);
}

/** One object that takes the properties of each variant, and what must be said beside it. */
export function mergeVariants(variants: readonly Json[]): { object: Json; note: string } {
  const properties: Json = {};
  for (const variant of variants) {
    for (const [name, property] of Object.entries(isObject(variant.properties) ? variant.properties : {})) {
      properties[name] = name in properties ? eitherOf(properties[name], property) : property;
    }
  }
  const required = variants.map(({ required: names }) => (Array.isArray(names) ? names.map(String) : []));
  const always = (required[0] ?? []).filter((name) => required.every((names) => names.includes(name)));
  const sets = variants.map((variant, position) => wordsFor(variant, required[position] ?? []));
  return {
    object: { type: "object", properties, ...(always.length > 0 ? { required: always } : {}) },
    note: `The arguments are one of these sets: ${sets.join("; or ")}.`,
  };
}

/** `kind = "circle", radius`: the fixed values tell the variants apart. */
function wordsFor(variant: Json, required: readonly string[]): string {
  const properties = isObject(variant.properties) ? variant.properties : {};
  const words = Object.entries(properties).map(([name, property]) => {
    const values: unknown = isObject(property) ? property.enum : undefined;
    const fixed = Array.isArray(values) && values.length === 1 ? ` = ${JSON.stringify(values[0])}` : "";
    return `${name}${fixed}${required.includes(name) ? "" : " (optional)"}`;
  });
  return words.length === 0 ? "none" : words.join(", ");
}

function eitherOf(a: unknown, b: unknown): unknown {
  if (JSON.stringify(a) === JSON.stringify(b) || !isObject(a) || !isObject(b)) return a;
  const [valuesA, valuesB] = [toList(a.enum), toList(b.enum)];
  if (valuesA && valuesB && a.type === b.type) return { ...a, enum: [...new Set([...valuesA, ...valuesB])] };
  return { anyOf: [...(toList(a.anyOf) ?? [a]), b] };
}

function toList(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? (value as unknown[]) : undefined;
}
