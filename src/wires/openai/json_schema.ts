import { isObject, type Json } from "../../base/json.js";
import { jsonBytes, MOST_NESTED_SCHEMAS, SchemaRoom, type WrittenOut } from "../../base/schema_room.js";
import { definitionsOf, recursiveOf } from "./schema_graph.js";

/** Keywords under which schemas nest by name: their keys are names and no keywords. */
const NAMED = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
/** Keywords whose values are data and no schemas. */
const DATA = new Set(["enum", "const", "default", "examples", "example"]);

/**
 * A schema in the form that most grammar engines take: without `$schema`, and with references to its own definitions
 * written out where they are not recursive.
 * @param dropped keywords to leave out besides, such as `pattern`: engines ignore or refuse some
 * @param room what references may add; where they would add more, all of them stay, with their definitions
 */
export function toGrammarSchema(schema: Json, dropped: readonly string[] = [], room = new SchemaRoom()): Json {
  return room.write("schema", (most) => writeOut(schema, dropped, most));
}

/** The same, and what it took. */
export function writeOut(schema: Json, dropped: readonly string[], most: number): WrittenOut {
  const writer = new Writer(schema, dropped, most);
  const value = writer.whole();
  if (!writer.isOver) return { value, added: most - writer.left, isWhole: true };
  return { value: new Writer(schema, dropped, -1).whole(), added: 0, isWhole: false };
}

class Writer {
  isOver = false;
  private writes: boolean;
  private depth = 0;
  /** The references that stay. */
  private readonly standing = new Set<string>();
  private readonly sizes = new Map<string, number>();
  private readonly definitions: ReadonlyMap<string, Json>;
  private readonly recursive: ReadonlySet<string>;
  private readonly without: ReadonlySet<string>;

  /** @param left how many bytes may be written out; with less than none, all references stay */
  constructor(
    private readonly schema: Json,
    dropped: readonly string[],
    public left: number,
  ) {
    this.writes = left >= 0;
    this.without = new Set(["$schema", ...dropped]);
    this.definitions = definitionsOf(schema);
    this.recursive = recursiveOf(this.definitions);
  }

  whole(): Json {
    const { $defs, definitions, ...root } = this.schema;
    const written = this.object(root);
    if (this.standing.size === 0) return written;
    const needed = this.neededDefinitions();
    // Nothing names the others, which stay as they are.
    this.writes = false;
    for (const [key, group] of Object.entries({ $defs, definitions })) {
      if (group === undefined) continue;
      const each = (name: string, value: unknown) => needed.get(`#/${key}/${name}`) ?? this.value(value);
      written[key] = isObject(group) ? mapValues(group, each) : group;
    }
    return written;
  }

  /** The definitions that standing references lead to, with what they refer to written out in turn. */
  private neededDefinitions(): Map<string, Json> {
    const needed = new Map<string, Json>();
    // A reference that is found on the way is gone to later in the same loop.
    for (const reference of this.standing) {
      const definition = this.definitions.get(reference);
      if (definition) needed.set(reference, this.object(definition));
    }
    return needed;
  }

  private object(schema: Json): Json {
    if (this.isOver) return schema;
    const { $ref: reference } = schema;
    if (typeof reference === "string") {
      const target = this.target(reference);
      if (target) {
        const { $ref: _, ...beside } = schema;
        return this.inside(() => this.object({ ...target, ...beside }));
      }
      this.standing.add(reference);
    }
    return this.inside(() => this.fields(schema));
  }

  /** What is written in the place of a reference, if anything is. */
  private target(reference: string): Json | undefined {
    const target = this.writes && !this.recursive.has(reference) ? this.definitions.get(reference) : undefined;
    if (target === undefined) return undefined;
    const size = this.sizes.get(reference) ?? jsonBytes(target);
    this.sizes.set(reference, size);
    this.left -= size;
    this.isOver ||= this.left < 0 || this.depth > MOST_NESTED_SCHEMAS;
    return this.isOver ? undefined : target;
  }

  private inside(act: () => Json): Json {
    this.depth++;
    const result = act();
    this.depth--;
    return result;
  }

  private fields(schema: Json): Json {
    // From entries: assigning to a key named `__proto__` would lose it.
    return Object.fromEntries(
      Object.entries(schema)
        .filter(([key]) => !this.without.has(key))
        .map(([key, value]) => [key, this.keyword(key, value)]),
    );
  }

  private keyword(key: string, value: unknown): unknown {
    if (DATA.has(key)) return value;
    return NAMED.has(key) && isObject(value) ? mapValues(value, (_, inner) => this.value(inner)) : this.value(value);
  }

  private value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => this.value(item));
    return isObject(value) ? this.object(value) : value;
  }
}

function mapValues(object: Json, change: (name: string, value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]));
}
