import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { sampleEntries } from "../../scripts/report/sample_entries.js";
import { main } from "../../src/cli/main.js";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { summarize } from "../../src/ledger/summary.js";
import { cost, entries, entry, UNPRICED } from "../ledger/entries.js";
import { Chromium } from "../support/devtools.js";
import { findChromium } from "./chromium.js";
import { describeRuntime } from "./suite.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const HOSTILE = [
  "</script><script>document.title='run'</script>",
  `"><img src=x onerror="document.title='run'">`,
  "'--><svg onload=document.title='run'>",
  "\u202eevil\u2066\u0000\u001b[31m",
  "</title></style><style>body{display:none}",
  "مرحبا",
];

const sample = [...sampleEntries({ calls: 900, days: 20, users: 200, from: "2026-10-05T00:00:00Z" })];
const day = (index: number) => new Date(Date.parse("2025-11-01") + index * 86_400_000).toISOString();

const LEDGERS: Record<string, LedgerEntry[]> = {
  sample,
  empty: [],
  "one day": entries(3),
  "a year": entries(365, (index) => ({ startedAt: day(index), endedAt: day(index) })),
  "huge and tiny": [
    entry({ id: "1", cost: cost("123456789012345678.000000000001"), user: "huge" }),
    entry({ id: "2", cost: cost("0.000000000001", { highUsd: null }), user: "tiny" }),
  ],
  unpriced: [entry({ cost: UNPRICED })],
  hostile: HOSTILE.map((text, index) =>
    entry({
      id: `${index}`,
      user: text,
      agent: text,
      tags: [text],
      modelRequested: text,
      errorType: text,
      outcome: "error",
    }),
  ),
};

interface Row {
  name: string;
  /** What each cell is sorted by. */
  cells: (string | null)[];
}

describeRuntime("the report's page in Chromium", findChromium(), (program) => {
  let browser: Chromium;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "page-"));
    browser = await Chromium.open(program);
    for (const [name, all] of Object.entries(LEDGERS)) {
      const ledger = join(folder, `${name}.jsonl`);
      writeFileSync(ledger, all.map((one) => `${JSON.stringify(one)}\n`).join(""));
      await main(["report", ledger, "--html", join(folder, `${name}.html`)], {
        out: () => undefined,
        err: () => undefined,
      });
    }
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (name: string, options = {}) => browser.go(pathToFileURL(join(folder, `${name}.html`)).href, options);
  const rowsOf = (table: string) =>
    browser.evaluate<Row[]>(`[...document.querySelectorAll("#${table} tbody tr")].map((row) =>
      ({ name: row.cells[0].textContent.trim(), cells: [...row.cells].map((cell) => cell.dataset.v ?? null) }))`);

  describe.each(Object.keys(LEDGERS))("of a ledger (%s)", (name) => {
    it.each([false, true])("has nothing that hinders anybody, dark: %s", async (isDark) => {
      await open(name, { isDark });
      await browser.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
      await browser.evaluate(`${axe};0`);
      const violations = await browser.evaluate<unknown[]>(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]))",
      );
      expect(violations).toEqual([]);
    });

    it("asks for nothing, and says nothing on the console", async () => {
      const before = browser.events.length;
      await open(name);
      const events = browser.events.slice(before);
      const asked = events
        .filter(({ method }) => method === "Network.requestWillBeSent")
        .map(({ params }) => (params.request as { url: string }).url); // as the protocol says
      expect(asked.filter((url) => url !== "data:,")).toEqual([pathToFileURL(join(folder, `${name}.html`)).href]);
      expect(events.filter(({ method }) => /consoleAPICalled|exceptionThrown|entryAdded/.test(method))).toEqual([]);
    });

    it.each([360, 1280])("is not wider than a screen of %s pixels", async (width) => {
      await open(name, { width });
      expect(await browser.evaluate("document.documentElement.scrollWidth")).toBe(width);
    });
  });

  it("has the figures of `summarize`", async () => {
    await open("sample");
    const tables = [
      ["models", "model"],
      ["agents", "agent"],
      ["tags", "tag"],
    ] as const;
    for (const [table, by] of tables) {
      expect((await rowsOf(table)).map(({ name, cells }) => [name, cells[1], cells[3], cells[7], cells[9]])).toEqual(
        summarize(sample, by).groups.map(({ key, costUsd, calls, inputTokens, outputTokens }) => [
          key ?? "(none)",
          costUsd ?? null,
          ...[calls, inputTokens, outputTokens].map(String),
        ]),
      );
    }
    expect((await rowsOf("chart-table")).map(({ name, cells }) => [name, cells[1]])).toEqual(
      summarize(sample, "day").groups.map(({ key, costUsd }) => [key, costUsd]),
    );
  });

  it("has the dearest fifty users, and the others' exact sum", async () => {
    await open("sample");
    const { groups, total } = summarize(sample, "user");
    const hidden = new Set(groups.slice(50).map(({ key }) => key));
    const others = summarize(
      sample.filter(({ user }) => hidden.has(user ?? null)),
      "user",
    ).total;
    const foot = await browser.evaluate<string[]>(
      `[...document.querySelectorAll("#users tfoot tr")].map((row) => row.cells[0].textContent.trim() + " " + row.cells[1].dataset.v)`,
    );
    expect(await rowsOf("users")).toHaveLength(50);
    expect(foot).toEqual([`${hidden.size} others ${others.costUsd}`, `total ${total.costUsd}`]);
  });

  it("is sorted by a click and by keyboard, and says so", async () => {
    await open("sample");
    const head = `document.querySelectorAll("#users thead th")[3]`;
    const calls = async () => (await rowsOf("users")).map(({ cells }) => Number(cells[3]));
    await browser.evaluate(`${head}.querySelector("button").click()`);
    expect(await browser.evaluate(`${head}.getAttribute("aria-sort")`)).toBe("descending");
    expect(await calls()).toEqual([...(await calls())].sort((a, b) => b - a));
    await browser.evaluate(`${head}.querySelector("button").focus()`);
    await browser.press("Enter");
    expect(await browser.evaluate(`${head}.getAttribute("aria-sort")`)).toBe("ascending");
    expect(await calls()).toEqual([...(await calls())].sort((a, b) => a - b));
    expect(await browser.evaluate(`document.querySelectorAll("#users [aria-sort]").length`)).toBe(1);
  });

  it("says all without its script", async () => {
    await open("sample", { hasScript: false });
    await browser.send("Emulation.setScriptExecutionDisabled", { value: false });
    expect(await rowsOf("users")).toHaveLength(50);
    expect(await browser.evaluate(`document.querySelectorAll("button").length`)).toBe(0);
  });

  it("runs nothing of what users wrote, and shows it", async () => {
    await open("hostile");
    expect(await browser.evaluate("document.title")).toBe("What the calls cost: hostile.jsonl");
    expect(await browser.evaluate("document.querySelectorAll('img, script, style, [onload], [onerror]').length")).toBe(
      2,
    );
    const names = (await rowsOf("users")).map(({ name }) => name);
    expect([...names].sort()).toEqual(HOSTILE.map((text) => text.replace(/[\p{Cc}\p{Cf}]/gu, "?")).sort());
  });

  it("shows huge and tiny amounts readably, and says what they are exactly", async () => {
    await open("huge and tiny");
    const cells = await browser.evaluate<string[]>(
      `[...document.querySelectorAll("#users tbody tr")].map((row) => [1, 2].map((at) => row.cells[at].textContent.trim() + "; " + (row.cells[at].ariaLabel ?? "")).join("; "))`,
    );
    expect(cells).toEqual([
      "$123.46 quadrillion; $123456789012345678.000000000001; –; ",
      "$0.000000000001; ; $0.000000000001 to ?; $0.000000000001 to an unknown amount",
    ]);
  });

  it("never shows a cost that is not known as 0", async () => {
    await open("unpriced");
    expect(await browser.evaluate(`document.querySelector(".card dd b").textContent.trim()`)).toBe("unpriced");
    expect(await browser.evaluate("document.body.innerText.includes('$0')")).toBe(false);
  });
});
