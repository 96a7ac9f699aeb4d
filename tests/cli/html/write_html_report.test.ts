import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { main } from "../../../src/cli/main.js";
import { entries } from "../../ledger/entries.js";

const text = entries(3)
  .map((one) => `${JSON.stringify(one)}\n`)
  .join("");
let folder: string;
let ledger: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "html-"));
  ledger = join(folder, "usage.jsonl");
  writeFileSync(ledger, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function write(target: string, file = ledger): Promise<{ code: number; out: string[]; err: string[] }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(["report", file, "--html", target], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out, err };
}

describe("langchain-metered report --html", () => {
  it("writes one file, for its owner alone, and says so", async () => {
    const page = join(folder, "report.html");
    expect(await write(page)).toEqual({ code: 0, out: [`Wrote \`${page}\`: 3 calls, $0.003.`], err: [] });
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(readFileSync(page, "utf8")).toMatch(/^<!doctype html>[^]*<\/html> $/);
    expect(readdirSync(folder)).toEqual(["report.html", "usage.jsonl"]);
  });

  it("replaces a page whole: who has the old one open keeps it, and its mode is 600", async () => {
    const page = join(folder, "report.html");
    writeFileSync(page, "the old page", { mode: 0o644 });
    linkSync(page, join(folder, "opened"));
    expect((await write(page)).code).toBe(0);
    expect(readFileSync(join(folder, "opened"), "utf8")).toBe("the old page");
    expect(statSync(page).mode & 0o777).toBe(0o600);
  });

  it("writes where a link leads to", async () => {
    mkdirSync(join(folder, "site"));
    const [page, link] = [join(folder, "site", "page.html"), join(folder, "link.html")];
    writeFileSync(page, "the old page");
    symlinkSync(page, link);
    expect((await write(link)).code).toBe(0);
    expect([lstatSync(link).isSymbolicLink(), readFileSync(page, "utf8").slice(0, 9)]).toEqual([true, "<!doctype"]);
  });

  it.each([
    ["its name", () => ledger],
    ["another way to it", () => join(folder, "..", folder.split("/").at(-1) ?? "", "usage.jsonl")],
    ["a link", () => (symlinkSync(ledger, join(folder, "soft")), join(folder, "soft"))],
    ["a hard link", () => (linkSync(ledger, join(folder, "hard")), join(folder, "hard"))],
  ])("is never written over the ledger, by %s", async (_way, targetOf) => {
    const target = targetOf();
    expect(await write(target)).toEqual({
      code: 1,
      out: [],
      err: [`\`${target}\` is the ledger itself. Name another file for the page.`],
    });
    expect(readFileSync(ledger, "utf8")).toBe(text);
  });

  it.each([
    ["a device", "/dev/null"],
    ["a folder", "."],
  ])("leaves %s as it is", async (_what, place) => {
    const target = join(folder, "target");
    symlinkSync(place, target);
    const { code, err } = await write(target);
    expect([code, err]).toEqual([1, [`\`${target}\` is not a file. Name a file for the page.`]]);
    expect(lstatSync(target).isSymbolicLink()).toBe(true);
  });

  it("fails where there is no such folder", async () => {
    const target = join(folder, "nowhere", "report.html");
    const { code, err } = await write(target);
    expect([code, err.length]).toEqual([1, 1]);
    expect(err[0]).toContain(`\`${target}\` cannot be written: ENOENT`);
  });

  it("leaves an old page where the ledger cannot be read", async () => {
    const page = join(folder, "report.html");
    writeFileSync(page, "the old page");
    const { code, err } = await write(page, join(folder, "absent.jsonl"));
    expect([code, readFileSync(page, "utf8")]).toEqual([1, "the old page"]);
    expect(err[0]).toContain("cannot be read");
    expect(existsSync(join(folder, "absent.jsonl"))).toBe(false);
  });
});
