import { afterEach, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { BoundedMap } from "../../src/ledger/bounded_map.js";

afterEach(() => void jest.restoreAllMocks());

/** What the map has to be the same as, at any cost: the pairs in their order. */
class Pairs {
  pairs: [key: number, value: number][] = [];

  constructor(readonly limit: number) {}

  set(key: number, value: number): void {
    this.delete(key);
    this.pairs = [...this.pairs, [key, value] as [number, number]].slice(-this.limit);
  }

  delete(key: number): boolean {
    const { length } = this.pairs;
    this.pairs = this.pairs.filter(([other]) => other !== key);
    return this.pairs.length < length;
  }
}

describe("a bounded map", () => {
  it("forgets the oldest, and makes what is set again the newest, in any order of use", () => {
    const step = fc.tuple(fc.constantFrom("set", "set", "set", "delete"), fc.nat({ max: 7 }), fc.nat());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (limit, steps) => {
        const [map, model] = [new BoundedMap<number, number>(limit), new Pairs(limit)];
        for (const [what, key, value] of steps) {
          if (what === "delete") expect(map.delete(key)).toBe(model.delete(key));
          else {
            map.set(key, value);
            model.set(key, value);
          }
          expect([...map.values()]).toEqual(model.pairs.map(([, kept]) => kept));
          expect([map.size, map.oldest]).toEqual([model.pairs.length, model.pairs[0]?.[1]]);
          for (const [other, kept] of model.pairs) expect([map.has(other), map.get(other)]).toEqual([true, kept]);
        }
      }),
    );
  });

  it("looks for its oldest entry without walking over those that it has forgotten", () => {
    const walks = (["keys", "values", "entries", "forEach"] as const).map((name) => jest.spyOn(Map.prototype, name));
    const map = new BoundedMap<number, number>(10);
    for (let key = 0; key < 1_000; key += 1) {
      map.set(key, key);
      if (map.oldest === undefined) throw new Error("no oldest");
    }
    const counted = walks.map((walk) => walk.mock.calls.length);
    expect([map.size, map.oldest, counted]).toEqual([10, 990, [0, 0, 0, 0]]);
  });
});
