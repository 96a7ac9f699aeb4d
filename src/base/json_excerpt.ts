/**
 * The beginning of a parsed value's JSON. Unlike `JSON.stringify` it goes no deeper and no further than what it shows, so
 * that a stranger's value of any depth and size will do.
 * @param limit how many characters, at most
 */
export function jsonExcerpt(value: unknown, limit: number): string {
  const excerpt = new Excerpt(limit);
  excerpt.write(value);
  return excerpt.text.slice(0, limit);
}

/** Each level writes at least one character, so that there are never more levels than `limit`. */
class Excerpt {
  text = "";

  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.text.length >= this.limit;
  }

  write(value: unknown): void {
    if (Array.isArray(value)) this.list(value);
    else if (typeof value === "object" && value !== null) this.fields(value);
    else this.text += JSON.stringify(typeof value === "string" ? value.slice(0, this.limit) : value) ?? "null";
  }

  private list(items: readonly unknown[]): void {
    this.text += "[";
    for (let at = 0; at < items.length && !this.isFull; at++) {
      if (at > 0) this.text += ",";
      this.write(items[at]);
    }
    this.text += "]";
  }

  private fields(object: object): void {
    this.text += "{";
    let isFirst = true;
    for (const key in object) {
      if (this.isFull) break;
      if (!isFirst) this.text += ",";
      isFirst = false;
      this.write(key);
      this.text += ":";
      this.write(Reflect.get(object, key));
    }
    this.text += "}";
  }
}
