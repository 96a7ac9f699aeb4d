const children = 4;
// Kept here because a look-up of a global is slow in a vm context, such as jest's.
const { floor, min } = Math;

/** Told of work done, in comparisons or table look-ups: lets tests see how work grows with the input. */
export type OnSteps = (steps: number) => void;

/** A priority queue of numbers, smallest first: a heap with four children to a node, faster here than with two. */
export class MergeQueue {
  readonly #heap: Float64Array;
  readonly #onSteps: OnSteps | undefined;
  #size = 0;

  /** `capacity` is the most numbers that the queue ever holds at one time. */
  constructor(capacity: number, onSteps?: OnSteps) {
    this.#heap = new Float64Array(capacity);
    this.#onSteps = onSteps;
  }

  /** Adds a number. */
  push(key: number): void {
    const heap = this.#heap;
    let at = this.#size++;
    while (at > 0) {
      const parent = floor((at - 1) / children);
      const above = heap[parent] ?? 0;
      this.#onSteps?.(1);
      if (above <= key) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = key;
  }

  /** Takes out the smallest number; `undefined` when there is none. */
  pop(): number | undefined {
    if (this.#size === 0) return undefined;
    const heap = this.#heap;
    const smallest = heap[0];
    const key = heap[--this.#size] ?? 0;
    let at = 0;
    for (;;) {
      const child = this.#smallestChild(at);
      const below = heap[child] ?? 0;
      if (child === at || below >= key) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = key;
    return smallest;
  }

  /** The place of the smallest number below `at`, or `at` itself at a leaf. */
  #smallestChild(at: number): number {
    const heap = this.#heap;
    const first = children * at + 1;
    const past = min(first + children, this.#size);
    if (first >= past) return at;
    this.#onSteps?.(past - first);
    let smallest = first;
    let least = heap[first] ?? 0;
    for (let child = first + 1; child < past; child++) {
      const key = heap[child] ?? 0;
      if (key >= least) continue;
      smallest = child;
      least = key;
    }
    return smallest;
  }
}
