import { MeteredError } from "../../base/errors.js";
import { entriesOf } from "./failures.js";

/** What `flush` has to tell, each once: problems in words, and how many entries each of them is of. */
export class Problems {
  readonly #counts = new Map<string, number>();

  /** @param what - goes on after "3 entries" */
  add(count: number, what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
  }

  /** One error for all of them, which are then forgotten. */
  take(more?: string): MeteredError | undefined {
    const said = [...this.#counts].map(([what, count]) => `${entriesOf(count)} ${what}`);
    this.#counts.clear();
    if (more !== undefined) said.push(more);
    return said.length === 0 ? undefined : new MeteredError(said.join(" "));
  }
}
