import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { CliIo } from "../../src/cli/io.js";
import { main } from "../../src/cli/main.js";
import { entries } from "../ledger/entries.js";

/** Of one line: what is left of 5 MiB is a line that is no entry. */
const SIZE = 5 * 1_048_576;
const BAR = /^\[(#*)(\.*)\] ( *\d+) % of 5 MiB$/;

let folder: string;
let [large, small] = ["", ""];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "progress-"));
  [large, small] = [join(folder, "large.jsonl"), join(folder, "small.jsonl")];
  const text = entries(2000)
    .map((one) => `${JSON.stringify(one)}\n`)
    .join("");
  writeFileSync(small, text);
  writeFileSync(large, text);
  truncateSync(large, SIZE);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command writes, in its order. */
async function run(args: string[], hasStatus = true): Promise<[kind: string, text: string][]> {
  const written: [string, string][] = [];
  const into = (kind: string) => (text: string) => void written.push([kind, text]);
  const io: CliIo = { out: into("out"), err: into("err"), ...(hasStatus ? { status: into("status") } : {}) };
  await main(["report", ...args], io);
  return written;
}

const statusOf = (written: [string, string][]) => written.filter(([kind]) => kind === "status").map(([, text]) => text);

describe("the bar", () => {
  it.each([["--json"], ["--html", "PAGE"]])(
    "of a large file grows to its end, and is gone before the result",
    async (...args) => {
      const written = await run([large, ...args.map((arg) => arg.replace("PAGE", join(folder, "page.html")))]);
      const bars = statusOf(written)
        .slice(0, -1)
        .map((text) => BAR.exec(text));
      expect(bars.length).toBeGreaterThan(10);
      const percents = bars.map((bar) => Number(bar?.[3]));
      expect(percents).toEqual([...new Set(percents)].sort((a, b) => a - b));
      expect(percents.at(-1)).toBe(100);
      expect(bars.map((bar) => `${bar?.[1]}${bar?.[2]}`.length)).toEqual(bars.map(() => 24));
      expect(written.slice(-2).map(([kind, text]) => [kind, kind === "status" ? text : ""])).toEqual([
        ["status", ""],
        ["out", ""],
      ]);
    },
  );

  it("is gone before each row that is printed", async () => {
    const written = await run([large, "--format", "csv"]);
    const before = written.flatMap(([kind], index) => (kind === "status" ? [] : [written[index - 1]]));
    expect(statusOf(written).some((text) => BAR.test(text))).toBe(true);
    expect(before.slice(0, 4)).toEqual([1, 2, 3, 4].map(() => ["status", ""]));
  });

  it("is not shown for a small file", async () => {
    expect(statusOf(await run([small]))).toEqual([]);
  });

  it("is not shown where there is no terminal", async () => {
    expect((await run([large], false)).map(([kind]) => kind)).toEqual(["out"]);
  });
});
