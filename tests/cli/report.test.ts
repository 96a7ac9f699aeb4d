import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { main } from "../../src/cli/main.js";
import { cost, entry, UNPRICED } from "../ledger/entries.js";

let folder: string;
let path: string;

const estimate = { reason: "left", inputTokens: [1000, 1000] as const, outputTokens: [100, null] as const };
const ledger = [
  entry({ id: "1", tags: ["web", "beta"] }),
  entry({ id: "2", modelRequested: "coyote", cost: UNPRICED }),
  entry({
    id: "3",
    outcome: "aborted",
    usage: { inputTokens: 1000, outputTokens: 100, source: "estimated", estimate },
    cost: cost("0.002", { lowUsd: "0.001", highUsd: null }),
  }),
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
  path = join(folder, "usage.jsonl");
  writeFileSync(path, `${[...ledger, ledger[0]].map((one) => JSON.stringify(one)).join("\n")}\nhello\n{"torn`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(["report", ...args], { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("langchain-metered report", () => {
  it("prints a table with what is estimated and what is unpriced shown as such", async () => {
    const { code, out } = await run(path);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "model            calls  input  cached  output  cost        range        estimated  unpriced  failed",
        "acme/roadrunner  2      2000   0       200     $0.003      $0.002 to ?  1          0         1",
        "acme/coyote      1      1000   0       100     unpriced    -            0          1         0",
        "total            3      3000   0       300     $0.003 + ?  $0.002 to ?  1          1         1",
        'Calls without a known cost, which are not in the total ("+ ?"): 1.',
        "Calls with estimated usage (the range contains what they can have cost): 1.",
        'Calls without an upper bound ("to ?"): 1.',
        "The prices were last checked 19 days before their calls, or less.",
        "Line 5 was skipped: not JSON.",
        "Line 6 was skipped: torn: the line has no end.",
        "1 entry is in the file more than once; each counts once.",
      ].join("\n"),
    );
  });

  it("prints one JSON object", async () => {
    const { code, out } = await run(path, "--by", "tag", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      by: "tag",
      total: { calls: 3, costUsd: "0.003", lowUsd: "0.002", unpricedCalls: 1, estimatedCalls: 1, unboundedCalls: 1 },
      groups: [
        { key: null, calls: 2 },
        { key: "beta", calls: 1 },
        { key: "web", calls: 1 },
      ],
      skipped: { count: 2, lines: [{ line: 5 }, { line: 6 }] },
      repeated: 1,
    });
  });

  it("warns of prices that nobody had checked for long, and does not fail", async () => {
    const file = join(folder, "old.jsonl");
    const [known, old] = [cost("0.001"), cost("0.001", { row: "test/old\u001b[1m", checkedOn: "2026-09-20" })];
    const costs = [known, old, { ...old, checkedOn: "2026-09-21" }, UNPRICED, cost("0", { status: "none", row: null })];
    writeFileSync(file, costs.map((each, id) => `${JSON.stringify(entry({ id: String(id), cost: each }))}\n`).join(""));
    const { code, out } = await run(file);
    expect([code, out.split("\n").at(-1)]).toEqual([
      0,
      "Calls whose price nobody had checked for more than 60 days: 1 (the oldest is `test/old?[1m`, checked on 2026-09-20, 61 days before). See `langchain-metered prices refresh`.",
    ]);
    const oldest = { row: "test/old\u001b[1m", checkedOn: "2026-09-20", ageDays: 61 };
    const of = async (...args: string[]) => JSON.parse((await run(file, "--json", ...args)).out).prices;
    expect(await of()).toEqual({ maxPriceAgeDays: 60, staleCalls: 1, oldest });
    expect(await of("--max-price-age-days", "18")).toEqual({ maxPriceAgeDays: 18, staleCalls: 3, oldest });
    expect((await run(file, "--max-price-age-days", "61")).out).toContain(
      "checked 61 days before their calls, or less.",
    );
    expect(await run(file, "--max-price-age-days", "soon")).toMatchObject({
      code: 2,
      err: expect.stringContaining("`soon` is no number of days"),
    });
  });

  it("shows what each budget denied and was charged", async () => {
    const file = join(folder, "budgets.jsonl");
    const drew = (settled: string) => [{ name: "usd per day\u001b[1m", key: "", pot: "p", held: "0", settled }];
    const lines = [
      entry({ id: "1", budgets: drew("0.001") }),
      entry({ id: "2", outcome: "denied", cost: cost("0", { status: "none" }), budgets: drew("0") }),
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    expect((await run(file)).out.split("\n").slice(-3)).toEqual([
      "",
      "budget           denied  charged",
      "usd per day?[1m  1       0.001",
    ]);
    const json = JSON.parse((await run(file, "--json")).out) as { budgets: unknown };
    expect(json.budgets).toEqual([{ name: "usd per day\u001b[1m", deniedCalls: 1, settled: "0.001" }]);
  });

  it("says that tags overlap", async () => {
    expect((await run(path, "--by", "tag")).out).toContain(
      "A call with several tags is in several rows, and in the total once.",
    );
  });

  it.each([
    ["no file", [], 2, "One file is needed"],
    ["two files", ["a", "b"], 2, "One file is needed"],
    ["an unknown key", ["a", "--by", "mood"], 2, "`mood` is nothing to group by. Use model, provider, tag"],
    ["an unknown option", ["a", "--colour"], 2, "--colour"],
    ["a file that is not there", ["/nowhere/usage.jsonl"], 1, "The ledger `/nowhere/usage.jsonl` cannot be read"],
  ])("refuses %s", async (_what, args, code, message) => {
    const result = await run(...args);
    expect([result.code, result.out]).toEqual([code, ""]);
    expect(result.err).toContain(message);
  });

  describe("of a ledger that came from elsewhere", () => {
    const hidden = "\u202e\u200b\u2028\u0085";
    const strange = `\u001b]0;title\u0007${hidden}\nTotal cost: $0`;
    const unclean = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
    let file: string;

    beforeAll(() => {
      file = join(folder, "strange.jsonl");
      const lines = [
        entry({ id: strange, user: strange, tags: [strange], modelRequested: strange }),
        { schemaVersion: strange },
        { ...entry(), cost: { ...entry().cost, components: { [strange]: { usd: 5 } } } },
        { schemaVersion: { toString: 1 } },
      ];
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    });

    it.each(["model", "user", "tag"])("prints lines of its own alone, by %s", async (by) => {
      const { code, out } = await run(file, "--by", by);
      expect(code).toBe(0);
      expect(
        out
          .split("\n")
          .filter(
            (line) => !/^(?:\S* +calls|acme|\?\]|total|A call|The prices were|Line [234] was skipped: )/.test(line),
          ),
      ).toEqual([]);
      expect(out).not.toMatch(unclean);
      expect(out).toContain("Line 4 was skipped: its schemaVersion is `an object`, this package reads 1.");
    });

    it("prints JSON that means what is in the file", async () => {
      const { out } = await run(file, "--by", "user", "--json");
      expect(out).not.toMatch(unclean);
      expect(JSON.parse(out)).toMatchObject({ groups: [{ key: strange, calls: 1 }], skipped: { count: 3 } });
    });

    it.each([
      ["a file", [`/nowhere/${strange}`]],
      ["an option", [`--${strange}`]],
      ["a key", ["a", "--by", strange]],
    ])("and names %s without it", async (_what, args) => {
      const { err } = await run(...args);
      expect(err).not.toMatch(unclean);
      expect(err.split("\n")[0]).toContain("Total cost: $0");
    });
  });

  it("helps", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("report FILE [options]") });
  });
});
