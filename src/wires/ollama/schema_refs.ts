import { isObject, type Json } from "../../base/json.js";
import { DATA_KEYWORDS, MAP_KEYWORDS } from "../../base/schema_keywords.js";
import { jsonBytes, MOST_NESTED_SCHEMAS, SchemaRoom, type WrittenOut } from "../../base/schema_room.js";

/**
 * A schema without `$ref`: each one is replaced by what it points at. Where a schema contains itself it is cut, with a
 * description that says so.
 * @param room what references may add; where they would add more, a definition is written out where it is named first,
 * and the other places say in words where that is
 */
export function inlineRefs(schema: Json, room = new SchemaRoom()): Json {
  return room.write("schema", (most) => writeOut(schema, most));
}

/** The same, and what it took. */
export function writeOut(schema: Json, most: number): WrittenOut {
  const whole = new Inliner(schema, most);
  const value = whole.object(withoutDefinitions(schema));
  if (!whole.isOver) return { value, added: most - whole.left, isWhole: true };
  // Definitions that are written out once each take no more than they did.
  const brief = new Inliner(schema, jsonBytes(schema), new Map());
  return { value: brief.object(withoutDefinitions(schema)), added: 0, isWhole: false };
}

interface Target {
  readonly schema: Json;
  readonly bytes: number;
}

class Inliner {
  isOver = false;
  private depth = 0;
  private outermost: Json | undefined;
  private readonly targets = new Map<string, Target | undefined>();
  /** The references that are being written out. */
  private readonly open = new Set<string>();
  /** The names of the properties on the way to where it is written. */
  private readonly place: string[] = [];

  /**
   * @param left how many bytes references may add
   * @param first where each definition was written out, if only the first place has it
   */
  constructor(
    private readonly root: Json,
    public left: number,
    private readonly first?: Map<Json, string>,
  ) {}

  object(schema: Json): Json {
    if (this.isOver) return schema;
    this.depth++;
    const result = this.written(schema);
    this.depth--;
    return result;
  }

  private written(schema: Json): Json {
    const { $ref: ref } = schema;
    if (typeof ref !== "string") return this.fields(schema);
    const { $ref: _, ...own } = schema;
    const beside = this.fields(own);
    // What stands beside a reference, a description mostly, is about this place and goes before the target's own.
    const target = this.target(ref);
    if (target === undefined) return { description: `as defined in ${ref}`, ...beside };
    if (this.open.has(ref)) return { ...cut(target, `again ${titleOf(ref)}`), ...beside };
    const before = this.first?.get(target.schema);
    if (before !== undefined) return { ...cut(target, `${titleOf(ref)}, described at ${before}`), ...beside };
    const isTooMuch = this.left < target.bytes || this.depth > MOST_NESTED_SCHEMAS;
    if (this.first && isTooMuch) return { ...cut(target, titleOf(ref)), ...beside };
    this.isOver = isTooMuch;
    this.left -= target.bytes;
    this.first?.set(target.schema, shownPlace(this.place));
    this.open.add(ref);
    const result = this.object(target.schema);
    this.open.delete(ref);
    return { ...result, ...beside };
  }

  private fields(schema: Json): Json {
    const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
      if (DATA_KEYWORDS.has(keyword)) return [keyword, value];
      if (!MAP_KEYWORDS.has(keyword) || !isObject(value)) return [keyword, this.value(value)];
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.named(name, each)]))];
    });
    return Object.fromEntries(entries);
  }

  private named(name: string, value: unknown): unknown {
    this.place.push(name);
    const result = this.value(value);
    this.place.pop();
    return result;
  }

  private value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    return isObject(value) ? this.object(value) : value;
  }

  private target(ref: string): Target | undefined {
    if (this.targets.has(ref)) return this.targets.get(ref);
    const schema = this.find(ref);
    const target = schema && { schema, bytes: jsonBytes(schema) };
    this.targets.set(ref, target);
    return target;
  }

  /** What a local reference (`#`, `#/$defs/Name`) points at. */
  private find(ref: string): Json | undefined {
    if (!ref.startsWith("#")) return undefined;
    let at: unknown = this.root;
    for (const step of ref.slice(1).split("/").slice(1)) {
      const key = unescape(step);
      at = typeof at === "object" && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
    }
    if (at === this.root) return (this.outermost ??= withoutDefinitions(this.root));
    return isObject(at) ? at : undefined;
  }
}

function withoutDefinitions(schema: Json): Json {
  const { $schema: _schema, $id: _id, $defs: _defs, definitions: _definitions, ...rest } = schema;
  return rest;
}

function cut({ schema: { type } }: Target, description: string): Json {
  return isShortType(type) ? { type, description } : { description };
}

/** There are seven types; what says more is no type, and would be repeated at each place. */
function isShortType(type: unknown): boolean {
  const types: unknown[] = Array.isArray(type) ? type : [type];
  return types.length <= 7 && types.every((each) => typeof each === "string" && each.length <= 10);
}

const LONGEST_NAME = 80;

function titleOf(ref: string): string {
  const name = unescape(ref.slice(ref.lastIndexOf("/") + 1));
  return name === "#" ? "an object like the outermost one" : `a ${shortened(name)}`;
}

/** `order.items` for the property `items` of the property `order`. */
function shownPlace(place: readonly string[]): string {
  return place.length === 0 ? "the beginning" : shortened(place.slice(0, LONGEST_NAME).join("."));
}

function shortened(text: string): string {
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}...` : text;
}

/** One step of a JSON pointer in a URI fragment. */
function unescape(step: string): string {
  let text = step;
  try {
    text = decodeURIComponent(step);
  } catch {
    // A bare percent sign stands for itself.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
