import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { sampleEntries } from "../../scripts/report/sample_entries.js";
import { main } from "../../src/cli/main.js";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const words = readFileSync(join(docs, "report.md"), "utf8");

describe("docs/report.md", () => {
  let folder: string;
  let page = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "report-"));
    const ledger = join(folder, "usage.jsonl");
    const sample = sampleEntries({ calls: 500, days: 10, users: 60, from: "2026-10-05T00:00:00Z" });
    writeFileSync(ledger, [...sample].map((one) => `${JSON.stringify(one)}\n`).join(""));
    const command = /^npx langchain-metered (.*)$/m.exec(words)?.[1] ?? "";
    const argv = command.split(" ").map((arg) => (arg.includes(".") ? join(folder, arg) : arg));
    const code = await main(argv, { out: () => undefined, err: (text) => expect(text).toBe("") });
    expect(code).toBe(0);
    page = readFileSync(join(folder, "report.html"), "utf8");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("has a command that writes one file that loads nothing", () => {
    expect(page.match(/\b(?:src|href)="[^"]*"/g)).toEqual(['href="data:,"', 'href="#main"']);
    expect(page).not.toMatch(/@import|url\((?!#)|https?:/);
  });

  it("names what the page has", () => {
    const titles = [...page.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title);
    expect(titles).toEqual([
      "In all",
      "Cost by day and model",
      "Models",
      "Latency",
      "Users",
      "Tags",
      "Agents",
      "Failures",
      "Budgets",
      "Days",
    ]);
    for (const title of titles.slice(3, 9)) expect(words.toLowerCase()).toContain((title ?? "").toLowerCase());
    for (const figure of ["unpriced", "+ ?", "low to high", "cached", "others"]) {
      expect(words).toContain(figure);
      expect(page).toContain(figure);
    }
  });

  it("has a picture that is there", () => {
    const [, picture = ""] = /!\[[^\]]+\]\(([^)]+)\)/.exec(words) ?? [];
    expect(existsSync(join(docs, picture))).toBe(true);
  });
});
