import { regexpSteps } from "./regexp_steps.js";

type Cost = (self: unknown, args: readonly unknown[], result: unknown) => number;
type Method = (this: unknown, ...args: unknown[]) => unknown;

const sizeOf = (value: unknown): number => {
  if (typeof value === "string" || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return typeof value === "object" && value !== null ? Object.getOwnPropertyNames(value).length : 0;
};
const whole: Cost = (self) => sizeOf(self);
const made: Cost = (_self, _args, result) => sizeOf(result);
const given: Cost = (_self, args) => args.reduce<number>((sum, each) => sum + sizeOf(each), 0);
const all: Cost = (self, args, result) =>
  whole(self, args, result) + made(self, args, result) + given(self, args, result);
/** A search that finds something goes no further. */
const searched: Cost = (self, [, from], found) =>
  (typeof found === "number" && found >= 0 ? found : sizeOf(self)) - (Number(from) || 0);

/**
 * Built-ins with what a call of one costs: the characters, bytes or elements that it goes over. Those that take functions are
 * not among them, since the functions are counted.
 */
const PRICES: readonly [owner: object, methods: string, cost: Cost][] = [
  [String.prototype, "slice substring trim trimStart trimEnd repeat padStart padEnd", made],
  [String.prototype, "toLowerCase toUpperCase replace replaceAll split concat normalize isWellFormed", all],
  [String.prototype, "indexOf includes", searched],
  [String.prototype, "lastIndexOf", whole],
  [Array.prototype, "slice concat flat join toSorted toReversed toSpliced with", made],
  [Array.prototype, "indexOf includes", searched],
  [Array.prototype, "shift unshift splice reverse sort fill lastIndexOf", whole],
  [Uint8Array.prototype, "slice", made],
  [Uint8Array.prototype, "set", given],
  [TextDecoder.prototype, "decode", made],
  [TextEncoder.prototype, "encode", given],
  [JSON, "stringify", made],
  [JSON, "parse", given],
  [Object, "assign keys values entries", given],
];

/** Strings that grow by `+=` are put together when they are looked at, which is paid once for each. */
const LOOKS = "charAt charCodeAt codePointAt at startsWith endsWith slice substring trim trimStart trimEnd";
const REMEMBERED = 8;

/** What built-ins do while a function runs. */
export async function nativeSteps(act: () => unknown): Promise<number> {
  const work = new NativeWork();
  try {
    work.watch();
    await act();
  } finally {
    work.restore();
  }
  return work.steps;
}

class NativeWork {
  steps = 0;
  readonly #restore: (() => void)[] = [];
  #seen: unknown[] = [];
  #isCounting = false;

  watch(): void {
    for (const [owner, methods, cost] of PRICES) for (const name of methods.split(" ")) this.#watch(owner, name, cost);
    for (const name of LOOKS.split(" ")) this.#watch(String.prototype, name, (self) => this.#look(self));
    this.#watchPatterns();
  }

  restore(): void {
    for (const restore of this.#restore.reverse()) restore();
  }

  #watch(owner: object, name: string, cost: Cost): void {
    const count = this.#count.bind(this);
    const restore = replace(owner, name, (method, self, args) => {
      const result = method();
      count(() => cost(self, args, result));
      return result;
    });
    this.#restore.push(restore);
  }

  #watchPatterns(): void {
    const restore = watchExec((pattern, text, from, found) => {
      this.#count(() => regexpSteps(pattern, text, from, found));
    });
    this.#restore.push(restore);
  }

  /** What the counting itself calls is not counted. */
  #count(cost: () => number): void {
    if (this.#isCounting) return;
    this.#isCounting = true;
    this.steps += cost();
    this.#isCounting = false;
  }

  #look(text: unknown): number {
    if (this.#seen.includes(text)) return 0;
    this.#seen = [text, ...this.#seen.slice(0, REMEMBERED)];
    return sizeOf(text);
  }
}

/** The length of the longest text on which a function tries a regular expression: any, or the one that is written so. */
export function longestMatched(act: () => unknown, written?: string): number {
  let longest = 0;
  const restore = watchExec((pattern, { length }) => {
    if (written === undefined || String(pattern) === written) longest = Math.max(longest, length);
  });
  try {
    act();
  } finally {
    restore();
  }
  return longest;
}

/** All methods that take patterns call this one. */
function watchExec(
  see: (pattern: RegExp, text: string, from: number, found: RegExpExecArray | null) => void,
): () => void {
  return replace(RegExp.prototype, "exec", (exec, self, [text]) => {
    const pattern = self as RegExp; // its own method
    const from = pattern.global || pattern.sticky ? pattern.lastIndex : 0;
    const found = exec() as RegExpExecArray | null; // what `exec` returns
    see(pattern, String(text), from, found);
    return found;
  });
}

function replace(
  owner: object,
  name: string,
  call: (method: () => unknown, self: unknown, args: readonly unknown[]) => unknown,
): () => void {
  const method = Reflect.get(owner, name) as Method; // the callers name methods only
  const { apply } = Reflect;
  Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
    return call(() => apply(method, this, args), this, args);
  });
  return () => void Reflect.set(owner, name, method);
}
