import { denies, grants, has, spend, type Expected } from "../expect.js";
import { daily, hold, sliding, total, type Case } from "../trial.js";

const largest = Number.MAX_SAFE_INTEGER;

/** Ids that are no names, and figures that are no sums of everyday. */
export const extremeCases: readonly Case[] = [
  {
    name: "any text is an id, and each is one of its own",
    run: async (trial) => {
      const store = await trial.open();
      const ids = [...texts()];
      for (const [n, id] of ids.entries()) await grants(store, hold(id, [total(id, 1_000), n]));
      await has(store, ...ids.map((id, n): Expected => [total(id, 1_000), 0, n]));
      for (const [n, id] of ids.entries()) await store.settle(hold(id, [total(id, 1_000), n]), [n]);
      await has(store, ...ids.map((id, n): Expected => [total(id, 1_000), n, 0]));
      await has(store, ...ids.map((id): Expected => [daily(id, 1_000), 0, 0]));
    },
  },
  {
    name: "amounts and limits up to 2^53 - 1 are exact",
    run: async (trial) => {
      const store = await trial.open();
      for (const pot of [total("total", largest), daily("day", largest), sliding("minute", largest)]) {
        const first = hold(`a ${pot.id}`, [pot, largest - 1]);
        await grants(store, first);
        await denies(store, hold(`b ${pot.id}`, [pot, 2]));
        await denies(store, hold(`c ${pot.id}`, [pot, largest]));
        const second = hold(`d ${pot.id}`, [pot, 1]);
        await grants(store, second);
        await has(store, [pot, 0, largest]);
        await store.settle(first, [largest - 1]);
        await has(store, [pot, largest - 1, 1]);
        await store.settle(second, [0]);
        await store.settle(first, [largest - 3]);
        await has(store, [pot, largest - 3, 0]);
        await spend(store, `e ${pot.id}`, pot, 3);
        await has(store, [pot, largest, 0]);
      }
    },
  },
  {
    name: "a hold has as many draws as its call has budgets, or none",
    run: async (trial) => {
      const store = await trial.open();
      const pots = Array.from({ length: 50 }, (_, n) => total(`pot ${n}`, 100));
      const many = hold("many", ...pots.map((pot, n) => [pot, n] as const));
      await grants(store, many);
      await store.settle(
        many,
        pots.map((_, n) => 50 - n),
      );
      await has(store, ...pots.map((pot, n): Expected => [pot, 50 - n, 0]));
      await grants(store, hold("none"));
      await store.settle(hold("none"), []);
    },
  },
];

/** Each line has some, between its spaces. */
const awkward = [
  String.raw`a A 0 -1 ' " ''; -- \ {} {a} }{ [1] a:b a::b : * %s $1 a/b ../a __proto__ constructor null undefined NaN`,
  "é e\u0301 ß 日本語 עברית 👩‍👩‍👧 \u{10ffff} \u202e \ufeff \u00a0 a\u007f \u0001",
];

function texts(): Set<string> {
  const long = ["x".repeat(10_000), `${"x".repeat(10_000)}y`, "ü".repeat(5_000)];
  return new Set(["", " ", "  ", "\n", "\t\r", "a b", ...awkward.flatMap((line) => line.split(" ")), ...long]);
}
