import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { bunRuntimes, browserRuntimes, denoRuntimes, nodeRuntimes, workerRuntimes } from "./runtimes.js";
import { agrees, expectedRow, foundRow, rowsIn, tableOf, withTable, MODELS, type Row } from "./table.js";

const node = nodeRuntimes(process.execPath);
const tested = [
  ...node,
  ...[bunRuntimes(), denoRuntimes(), workerRuntimes(), browserRuntimes()].flatMap((found) => found ?? []),
];
const page = readFileSync("docs/runtimes.md", "utf8");

it.each(tested)("the page says of $title what its tests hold it to", (runtime) => {
  const { title, cells } = expectedRow(runtime);
  expect(rowsIn(page)).toContainEqual({ title, cells });
});

it("is the table that a run writes", () => {
  const table = tableOf(node.map(expectedRow));
  expect(rowsIn(withTable(page, table)).map(({ title }) => title)).toEqual(node.map(({ title }) => title));
  expect(withTable(withTable(page, "x\n"), table)).toBe(withTable(page, table));
});

it("has versions that do the same in one row, and others apart", () => {
  const row = (version: string, ...cells: string[]): Row => ({ title: "Node", version, cells });
  const lines = tableOf([row("20.1", "yes"), row("22.1", "no"), row("24.1", "yes"), row("24.1", "yes")]).split("\n");
  expect(lines.slice(2)).toEqual(["| Node (20.1, 24.1) | yes |", "| Node (22.1) | no |", ""]);
});

it("names what a run saw that is not as expected", () => {
  const [runtime] = node;
  const seen = Object.fromEntries(
    Object.entries(runtime?.sees ?? {}).map(([check, what]) => [
      check,
      Object.fromEntries(MODELS.map((model) => [model, check === "stream" ? "TypeError" : what])),
    ]),
  );
  const row = runtime && foundRow(runtime, seen);
  expect(row?.cells).toEqual(["yes", "yes", "no: stream", ...Array.from({ length: 7 }, () => "yes"), "nothing"]);
});

it.each([
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: [1, 2] }, { a: [1, 2] }, true],
  [{ a: [1] }, { a: [1, 2] }, false],
  [[1], { 0: 1 }, false],
  ["1", 1, false],
  [null, {}, false],
])("%j and %j agree: %s", (seen, wanted, expected) => expect(agrees(seen, wanted)).toBe(expected));
