import { describe, expect, it } from "@jest/globals";
import { readArguments } from "../../scripts/simulate/arguments.js";

describe("the simulation's command line", () => {
  it.each<[args: string[], expected: object]>([
    [[], { calls: 10_000, seed: "1", concurrency: undefined, only: undefined }],
    [["--calls", "7", "--seed", "tides"], { calls: 7, seed: "tides" }],
    [["--calls=7", "--seed=-3", "--concurrency", "2"], { calls: 7, seed: "-3", concurrency: 2 }],
    [["--seed", "-3"], { seed: "-3" }],
    [["--calls", "500", "--only", "0"], { calls: 1, only: 0 }],
  ])("%j", (args, expected) => expect(readArguments(args)).toMatchObject(expected));

  it.each([
    [["--calls", "0"], "`--calls` is `0`. It must be a whole number of at least 1."],
    [["--calls", "-5"], "`--calls` is `-5`. It must be a whole number of at least 1."],
    [["--calls", "1.5"], "`--calls` is `1.5`."],
    [["--calls", "many"], "`--calls` is `many`."],
    [["--calls", ""], "`--calls` is ``."],
    [["--only", "-1"], "`--only` is `-1`. It must be a whole number of at least 0."],
    [["--calls"], "The options are --calls, --seed, --concurrency, --only, --budget."],
    [["--bogus", "1"], "--bogus"],
  ])("%j is refused in words", (args, words) => expect(readArguments(args)).toContain(words));
});
