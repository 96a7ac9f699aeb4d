import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { main } from "../../src/cli/main.js";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { FocusTable, toFocusCsv } from "../../src/ledger/focus.js";
import { toCsv } from "../../src/ledger/csv.js";
import { entries, entry, UNPRICED } from "../ledger/entries.js";
import { readCsv } from "../ledger/read_csv.js";

let folder: string;

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "report-formats-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(lines: readonly LedgerEntry[], rest = ""): string {
  const path = join(folder, "usage.jsonl");
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join("") + rest);
  return path;
}

/** What a terminal would get, byte for byte. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string; writes: number }> {
  const [out, err]: [string[], string[]] = [[], []];
  const io = { out: (text: string) => out.push(`${text}\n`), err: (text: string) => err.push(`${text}\n`) };
  const code = await main(["report", ...args], io);
  return { code, out: out.join(""), err: err.join(""), writes: out.length };
}

describe("langchain-metered report --format", () => {
  it.each(["json", "table"])("%s is what it is without", async (format) => {
    const file = fileOf([entry({ tags: ["a"] }), entry({ id: "2", cost: UNPRICED })], "torn");
    const plain = await run(file, "--by", "tag", ...(format === "json" ? ["--json"] : []));
    expect(await run(file, "--by", "tag", "--format", format)).toEqual(plain);
    expect(plain.out).not.toBe("");
  });

  it("json may be said twice", async () => {
    const file = fileOf([entry()]);
    expect(await run(file, "--json", "--format", "json")).toEqual(await run(file, "--json"));
  });

  it("csv has the lines of toCsv", async () => {
    const calls = [entry({ user: "=1+1" }), entry({ id: "2", cost: UNPRICED })];
    expect(await run(fileOf(calls), "--format", "csv")).toEqual({ code: 0, out: toCsv(calls), err: "", writes: 1 });
  });

  it("focus has the rows of toFocusCsv", async () => {
    const calls = entries(3);
    const { csv } = toFocusCsv(calls);
    expect(await run(fileOf(calls), "--format", "focus")).toEqual({ code: 0, out: csv, err: "", writes: 1 });
  });

  it("focus takes a version", async () => {
    const { out } = await run(fileOf([]), "--format", "focus", "--focus-version", "1.2");
    expect(out).toBe(`${new FocusTable({ version: "1.2" }).header}\r\n`);
  });

  it("focus says which calls have no row, and succeeds", async () => {
    const calls = [...entries(102, () => ({ cost: UNPRICED })), entry({ id: "known" }), entry({ id: "known" })];
    const { code, out, err } = await run(fileOf(calls, "hello\n"), "--format", "focus");
    expect(code).toBe(0);
    expect(readCsv(out)).toHaveLength(1);
    expect(err.split("\n")).toEqual([
      "Line 105 was skipped: not JSON.",
      "1 entry is in the file more than once; each counts once.",
      "Calls without a known cost, which have no row: 102. Their ids:",
      ...Array.from({ length: 100 }, (_, index) => `run-${index}`),
      "and 2 more",
      "",
    ]);
  });

  it.each(["csv", "focus"])("%s is written piece by piece", async (format) => {
    const calls = entries(1700);
    const { out, writes } = await run(fileOf(calls), "--format", format);
    expect(out).toBe(format === "csv" ? toCsv(calls) : toFocusCsv(calls).csv);
    expect(writes).toBe(4);
  });

  it.each(["csv", "focus"])("%s has nothing that drives a terminal", async (format) => {
    const strange = "\u001b]0;x\u0007\u202e\r\n\u200bx";
    const { out } = await run(fileOf([entry({ user: strange, tags: [strange] })]), "--format", format);
    expect(out.replaceAll("\r\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(readCsv(out)).toHaveLength(1);
    if (format === "focus") expect(JSON.parse(readCsv(out)[0]?.Tags ?? "")).toEqual({ [strange]: true });
  });

  it.each([
    [["--format", "xml"], "`xml` is no format. Use table, json, csv, focus."],
    [["--json", "--format", "table"], "`--json` and `--format table` contradict each other."],
    [["--json", "--format", "focus"], "`--json` and `--format focus` contradict each other."],
    [["--by", "user", "--format", "csv"], "`--by` and `--format csv` contradict each other."],
    [["--by", "user", "--format", "focus"], "`--by` and `--format focus` contradict each other."],
    [
      ["--max-price-age-days", "30", "--format", "csv"],
      "`--max-price-age-days` and `--format csv` contradict each other.",
    ],
    [["--focus-version", "1.2"], "`--focus-version` and `--format table` contradict each other."],
    [["--format", "focus", "--focus-version", "1.6"], '`version` is `"1.6"`. FOCUS is written as 1.0,'],
    [["--html", "a.html", "--json"], "`--json` and `--html` contradict each other."],
    [["--html", "a.html", "--format", "table"], "`--format` and `--html` contradict each other."],
    [["--html", "a.html", "--by", "user"], "`--by` and `--html` contradict each other."],
  ])("refuses %j", async (args, message) => {
    const { code, out, err } = await run(fileOf([entry()]), ...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err.split("\n")[0]).toContain(message);
  });

  it.each(["csv", "focus"])("%s of a file that is not there prints nothing", async (format) => {
    const { code, out, err } = await run(join(folder, "nowhere.jsonl"), "--format", format);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^The ledger `.*nowhere\.jsonl` cannot be read/);
  });
});
