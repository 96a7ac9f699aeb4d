import { expect, it } from "@jest/globals";
import { saidOn } from "./said_values.js";

it.each([
  ['console.log(sum); // "0.3"', "0.3"],
  ['console.log(sum); // => "0.3"', "0.3"],
  ['  call().catch((error) => console.log(error.name)); // "TimeoutError"', "TimeoutError"],
  ['console.log(state); // [402, "trial", { key: "" }]', [402, "trial", { key: "" }]],
  ['console.log(cost.status); // "free": the server is on this machine', "free"],
  ["console.log(images.length); // 1, from a model that draws", 1],
  ["console.log(-1); // -1", -1],
  ["console.log(costs.totals.costUsd); // undefined", undefined],
])("a comment says a value: %s", (line, said) => {
  expect(saidOn(line)).toEqual([said]);
});

it.each([
  ['console.log(calls, costUsd); // 2 "0.0009"', [2, "0.0009"]],
  ["console.log(calls, usd); // 2 0.5: both are on the books", [2, 0.5]],
  ['console.log(threads, users); // ["a b"] ["ann"]', [["a b"], ["ann"]]],
  ['console.log(text, left); // "say \\"no\\" [" 0', ['say "no" [', 0]],
  ['console.log(text, left); // "free" and more', ["free"]],
])("a comment says several values, as they are printed: %s", (line, said) => {
  expect(saidOn(line)).toEqual(said);
});

it.each([
  ["console.log(budget); // a tenth of a cent's worth"],
  ['console.log(state); // ["5", midnight in UTC]'],
  ["console.log(told); // process.exit()"],
  ['const url = "x"; // "y"'],
  ["console.log(text);"],
  ["console.log(text); // 18 C in Paris."],
  ["console.log(text, calls); // Done. 2"],
])("a comment says no value: %s", (line) => {
  expect(saidOn(line)).toBeUndefined();
});
