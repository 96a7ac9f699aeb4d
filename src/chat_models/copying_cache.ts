import { BaseCache } from "@langchain/core/caches";
import type { Generation } from "@langchain/core/outputs";

/**
 * A cache that gives out copies. On a hit core writes a usage of zero on the message that it finds, and a cache in
 * memory holds the very message that an earlier call has returned.
 */
export class CopyingCache extends BaseCache<Generation[]> {
  constructor(private readonly cache: BaseCache<Generation[]>) {
    super();
  }

  override async lookup(prompt: string, key: string): Promise<Generation[] | null> {
    const found = await this.cache.lookup(prompt, key);
    return found?.map(copyOf) ?? null;
  }

  override update(prompt: string, key: string, value: Generation[]): Promise<void> {
    return this.cache.update(prompt, key, value);
  }
}

function copyOf(generation: Generation): Generation {
  const copy = shallow(generation);
  return "message" in copy && typeof copy.message === "object" && copy.message !== null
    ? Object.assign(copy, { message: shallow(copy.message) })
    : copy;
}

/** The same class with the same fields; what the fields hold is shared. */
function shallow<Value extends object>(value: Value): Value {
  return Object.assign(Object.create(Object.getPrototypeOf(value) as object) as Value, value);
}
