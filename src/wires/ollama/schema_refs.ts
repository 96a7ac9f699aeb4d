import { isObject, type Json } from "../../base/json.js";
import { DATA_KEYWORDS, MAP_KEYWORDS } from "../../base/schema_keywords.js";

/** Types that contain each other multiply when they are written out; from here on references are cut. */
const MAX_OBJECTS = 5_000;

/**
 * A schema without `$ref`: each one is replaced by what it points at. Where a schema contains itself it is cut, with a
 * description that says so.
 */
export function inlineRefs(schema: Json): Json {
  return new Inliner(schema).object(withoutDefinitions(schema), []);
}

class Inliner {
  private objects = 0;

  constructor(private readonly root: Json) {}

  object(schema: Json, path: readonly string[]): Json {
    this.objects++;
    const { $ref: ref } = schema;
    if (typeof ref !== "string") return this.fields(schema, path);
    const { $ref: _, ...own } = schema;
    const beside = this.fields(own, path);
    // What stands beside a reference, a description mostly, is about this place and goes before the target's own.
    const target = this.find(ref);
    if (target === undefined) return { description: `as defined in ${ref}`, ...beside };
    if (path.includes(ref) || this.objects > MAX_OBJECTS) return { ...cut(ref, target), ...beside };
    return { ...this.object(target, [...path, ref]), ...beside };
  }

  private fields(schema: Json, path: readonly string[]): Json {
    const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
      if (DATA_KEYWORDS.has(keyword)) return [keyword, value];
      if (!MAP_KEYWORDS.has(keyword) || !isObject(value)) return [keyword, this.value(value, path)];
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.value(each, path)]))];
    });
    return Object.fromEntries(entries);
  }

  private value(value: unknown, path: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item, path));
    return isObject(value) ? this.object(value, path) : value;
  }

  /** What a local reference (`#`, `#/$defs/Name`) points at. */
  private find(ref: string): Json | undefined {
    if (!ref.startsWith("#")) return undefined;
    let at: unknown = this.root;
    for (const step of ref.slice(1).split("/").slice(1)) {
      const key = unescape(step);
      at = typeof at === "object" && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
    }
    return at === this.root ? withoutDefinitions(this.root) : isObject(at) ? at : undefined;
  }
}

function withoutDefinitions(schema: Json): Json {
  const { $schema: _schema, $id: _id, $defs: _defs, definitions: _definitions, ...rest } = schema;
  return rest;
}

function cut(ref: string, { type }: Json): Json {
  const name = unescape(ref.slice(ref.lastIndexOf("/") + 1));
  const description = name === "#" ? "again an object like the outermost one" : `again a ${name}`;
  return type === undefined ? { description } : { type, description };
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
