/**
 * The log probabilities of an answer. Servers send `{content: [...]}` or parallel arrays, a slice with each chunk: lists
 * are continued, and of anything else the last one counts. The names are the server's, and may be any words.
 */
export class Logprobs {
  /** True before the first slice. */
  isEmpty = true;
  private readonly lists = new Map<string, unknown[]>();
  private readonly single = new Map<string, unknown>();

  add(slice: Readonly<Record<string, unknown>>): void {
    this.isEmpty = false;
    for (const [name, value] of Object.entries(slice)) {
      // What adds objects up without care would take it for their prototype.
      if (name === "__proto__") continue;
      if (Array.isArray(value)) this.continue(name, value);
      else this.single.set(name, value);
    }
  }

  /** All slices as one. */
  get whole(): Record<string, unknown> {
    const lists = [...this.lists].map(([name, list]) => [name, [...list]] as const);
    return Object.fromEntries([...this.single, ...lists]);
  }

  private continue(name: string, items: readonly unknown[]): void {
    let list = this.lists.get(name);
    if (!list) this.lists.set(name, (list = []));
    for (const item of items) list.push(item);
  }
}

/** The sum of some slices. */
export function joinLogprobs(slices: Iterable<Readonly<Record<string, unknown>>>): Record<string, unknown> {
  const sum = new Logprobs();
  for (const slice of slices) sum.add(slice);
  return sum.whole;
}
