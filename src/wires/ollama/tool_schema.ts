import { isObject, type Json } from "../../base/json.js";
import { SchemaRoom, type WrittenOut } from "../../base/schema_room.js";
import { withAnyType } from "./any_type.js";
import { mergeAllOf, mergeVariants } from "./schema_merge.js";
import { describe, notesOf } from "./schema_notes.js";
import { writeOut } from "./schema_refs.js";

/** A tool as this wire takes it. */
export interface OllamaTool {
  type: "function";
  function: { name: string; description?: string; parameters: Json };
}

/**
 * A tool whose schema says everything in the few keywords that Ollama hands on to the model: references are written
 * out, `allOf` is merged, `oneOf` becomes `anyOf`, `const` a list of one, and constraints become words in descriptions.
 */
export function toOllamaTool(tool: OllamaTool, room = new SchemaRoom()): OllamaTool {
  return room.write(tool.function.name, (most) => writeTool(tool, most));
}

/** The same, and what it took. */
export function writeTool(tool: OllamaTool, most: number): WrittenOut<OllamaTool> {
  const { parameters } = tool.function;
  if (!JSON.stringify(parameters).includes('"$ref"')) return { value: inItsWords(tool), added: 0, isWhole: true };
  const { value, ...took } = writeOut(parameters, most);
  return { value: inItsWords({ ...tool, function: { ...tool.function, parameters: value } }), ...took };
}

function inItsWords({ function: { name, description, parameters } }: OllamaTool): OllamaTool {
  const { schema, notes } = toParameters(parameters);
  const words = describe(description, notes).description;
  return {
    type: "function",
    function: { name, ...(typeof words === "string" ? { description: words } : {}), parameters: schema },
  };
}

/** The outermost object keeps neither a description nor variants, so they go beside it. */
function toParameters(parameters: Json): { schema: Json; notes: string[] } {
  const { description, ...flat } = flatten(parameters);
  const notes = typeof description === "string" ? [description] : [];
  // The type is one word here, unlike a property's: the server refuses a list.
  if (!Array.isArray(flat.anyOf)) return { schema: { properties: {}, ...flat, type: "object" }, notes };
  const { anyOf, ...own } = flat;
  const { object, note } = mergeVariants(anyOf.filter(isObject), own);
  return { schema: object, notes: [...notes, note] };
}

/** A schema without references, in the keywords that are kept. */
function flatten(schema: Json): Json {
  const merged = mergeAllOf(schema);
  const { oneOf, anyOf, const: fixed, nullable, prefixItems } = merged;
  const variants = [...listOf(anyOf), ...listOf(oneOf)].map(flatten);
  const flat: Json = {};
  const type = typeOf(merged, fixed);
  if (type !== undefined) flat.type = nullable === true ? withNull(type) : type;
  if (fixed !== undefined) flat.enum = [fixed];
  else if (Array.isArray(merged.enum)) flat.enum = merged.enum;
  if (isObject(merged.properties)) flat.properties = flattenAll(merged.properties);
  if (Array.isArray(merged.required) && merged.required.length > 0) flat.required = merged.required;
  const items = itemsOf(merged.items, prefixItems);
  if (items) flat.items = items.schema;
  const notes = notesOf(merged);
  if (items) notes.push(...items.notes);
  return withAnyType(withVariants(Object.assign(flat, describe(merged.description, notes)), variants));
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function flattenAll(properties: Json): Json {
  // `false` forbids a property, `true` says nothing about it.
  const entries = Object.entries(properties).filter(([, value]) => value !== false);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, flatten(isObject(value) ? withTitle(name, value) : {})]),
  );
}

/** A title describes where nothing else does, unless it only says the name again. */
function withTitle(name: string, schema: Json): Json {
  const { title, description } = schema;
  if (typeof title !== "string" || description !== undefined) return schema;
  const letters = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
  return letters(title) === letters(name) ? schema : { ...schema, description: title };
}

function typeOf(schema: Json, fixed: unknown): unknown {
  if (schema.type !== undefined) return schema.type;
  if (fixed !== undefined) return jsonType(fixed);
  if (isObject(schema.properties)) return "object";
  if (schema.items !== undefined) return "array";
  const types = new Set(Array.isArray(schema.enum) ? schema.enum.map(jsonType) : []);
  return types.size === 0 ? undefined : types.size === 1 ? [...types][0] : [...types];
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

/** Tuples have no keyword of their own left: their items are one of several kinds, and the order is put in words. */
function itemsOf(items: unknown, prefixItems: unknown): { schema: Json; notes: string[] } | undefined {
  const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : undefined;
  if (!tuple) return isObject(items) ? { schema: flatten(items), notes: [] } : undefined;
  const kinds = tuple.map((each) => flatten(isObject(each) ? each : {}));
  const words = kinds.map(({ type, description }) => {
    // The items themselves have all of it: tuples in tuples would repeat theirs at each level.
    const said = typeof description === "string" ? ` (${shortened(description)})` : "";
    return `${typeof type === "string" ? type : "any"}${said}`;
  });
  return {
    schema: kinds.length === 1 ? (kinds[0] ?? {}) : { anyOf: kinds },
    notes: [`the items in order: ${words.join(", ")}`],
  };
}

const LONGEST_IN_LIST = 200;

function shortened(text: string): string {
  return text.length > LONGEST_IN_LIST ? `${text.slice(0, LONGEST_IN_LIST)}...` : text;
}

/** A value or null is a type with null; templates show types and rarely variants. */
function withVariants(flat: Json, variants: readonly Json[]): Json {
  if (variants.length === 0) return flat;
  const [only, ...others] = variants.filter(({ type }) => type !== "null");
  const isNullable = variants.some(({ type }) => type === "null");
  if (only === undefined || others.length > 0 || (isNullable && only.type === undefined))
    return { ...flat, anyOf: variants };
  const { description } = flat;
  const words = describe(description, typeof only.description === "string" ? [only.description] : []);
  return {
    ...flat,
    ...only,
    ...(isNullable ? { type: withNull(only.type) } : {}),
    ...(description === undefined ? {} : words),
  };
}

function withNull(type: unknown): unknown[] {
  const types: unknown[] = Array.isArray(type) ? type : [type];
  return types.includes("null") ? types : [...types, "null"];
}
