import { isErrorLike } from "./error_like.js";

/** Errors of some clients have their sockets and agents in them. What is larger than this is copied without a look. */
const MOST_LOOKED_AT = 1_000;
const MOST_COPIED = 1_000;
const DEEPEST = 8;
const HIDDEN = "***";

type Clean = (text: string) => string;

/**
 * A value of anybody's with all of its texts cleaned; the very same one where that changes nothing. A copy has data and
 * errors; what is neither and has a text that is not clean, such as a request, is not copied.
 */
export function cleanCopy(value: unknown, clean: Clean): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null || isClean(value, clean)) return value;
  return new Copier(clean).copy(value, 0);
}

/** Looks at each object once, and calls itself for none: a value of any depth, and one that has itself in it, will do. */
function isClean(value: object, clean: Clean): boolean {
  const seen = new Set<object>();
  const open: object[] = [value];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (seen.size > MOST_LOOKED_AT) return false;
    for (const part of partsOf(at)) {
      if (typeof part === "string" && clean(part) !== part) return false;
      if (typeof part === "object" && part !== null) open.push(part);
    }
  }
  return true;
}

/** All that is shown of an object, one level deep. */
function partsOf(value: object): unknown[] {
  if (ArrayBuffer.isView(value)) return [];
  const parts: unknown[] = [];
  const names = isErrorLike(value) ? ["message", "stack", ...Object.getOwnPropertyNames(value)] : Object.keys(value);
  for (const name of names) parts.push(name, read(value, name));
  // Requests and answers have their headers in a getter, and headers have theirs nowhere but in their entries.
  if ("headers" in value) parts.push(read(value, "headers"));
  if (isCollection(value)) value.forEach((item, key) => parts.push(key, item));
  return parts;
}

function read(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

interface Collection {
  forEach(act: (item: unknown, key: unknown) => void): void;
}

function isCollection(value: object): value is Collection {
  return !Array.isArray(value) && "forEach" in value && typeof value.forEach === "function" && "entries" in value;
}

class Copier {
  private readonly copies = new Map<object, unknown>();

  constructor(private readonly clean: Clean) {}

  copy(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.clean(value);
    if (typeof value !== "object" || value === null) return value;
    const known = this.copies.get(value);
    if (known !== undefined) return known;
    if (depth > DEEPEST || this.copies.size > MOST_COPIED) return HIDDEN;
    if (isErrorLike(value)) return this.copyFields(value, new Error(this.clean(value.message)), depth);
    if (Array.isArray(value)) return this.copyList(value, depth);
    if (isPlain(value)) return this.copyFields(value, {}, depth);
    return isClean(value, this.clean) ? value : HIDDEN;
  }

  private copyList(items: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = [];
    this.copies.set(items, copy);
    for (const item of items.slice(0, MOST_COPIED)) copy.push(this.copy(item, depth + 1));
    return copy;
  }

  private copyFields(from: object, to: object, depth: number): object {
    this.copies.set(from, to);
    const names = isErrorLike(from) ? ["name", "stack", ...Object.getOwnPropertyNames(from)] : Object.keys(from);
    for (const name of new Set(names)) {
      if (name === "message" && isErrorLike(from)) continue;
      const enumerable = Object.getOwnPropertyDescriptor(from, name)?.enumerable ?? false;
      const value = this.copy(read(from, name), depth + 1);
      Object.defineProperty(to, this.clean(name), { value, enumerable, writable: true, configurable: true });
    }
    return to;
  }
}

/** Also an object of another realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
