import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, jest } from "@jest/globals";
import { runExample } from "./run_example.js";

// A program of its own each, which compiles itself: slow on a machine that is busy with the rest of the suite.
jest.setTimeout(180_000);

const TIDES = "Tides are the sea rising and falling as the Moon and the Sun pull at it.";

/** What each program prints with the embedded server, a pattern for each line. */
const PROGRAMS: [name: string, status: number, lines: RegExp[]][] = [
  [
    "chain.ts",
    0,
    [
      new RegExp(`^${TIDES}$`),
      new RegExp(`^${TIDES}$`),
      /^3 answers of a batch$/,
      /^5 calls, \d+ \+ 90 tokens, \$0\.0000\d+$/,
    ],
  ],
  [
    "agent.ts",
    0,
    [
      /^With \$0\.50: human, ai, tool, ai$/,
      /^It is 21 C in Paris\.$/,
      /^calls: 2, of them denied: 0, cost: \$0\.0000\d+$/,
      /^With \$0\.000001: human, ai$/,
      /^I have to stop here: of the budget `usd`, \$0 of \$0\.000001 is spent\./,
      /^calls: 1, of them denied: 1, cost: \$0$/,
    ],
  ],
  [
    "two_agents.ts",
    0,
    [
      new RegExp(`^${TIDES}$`),
      /^research: 1 call, \$0\.00001\d+$/,
      /^write: 1 call, \$0\.00000\d+$/,
      /^The thread has spent \$0\.00001\d+, and \$0\.49998\d+ is left\.$/,
    ],
  ],
  [
    "nightly_report.ts",
    0,
    [
      /^\d{4}-\d\d-\d\d: 4 calls, \$0\.0000\d+$/,
      /^Calls and cost by model$/,
      /^ {2}fireworks\/accounts\/fireworks\/models\/minimax-m3p1-flash: 3, \$0\.0000\d+$/,
      /^ {2}openllm\/llama-3\.1-8b: 1, \$0$/,
      /^Calls and cost by user$/,
      /^ {2}ann: 2, \$0\.0000\d+$/,
      /^ {2}bob: 2, \$0\.00001\d+$/,
    ],
  ],
  [
    "reconcile.ts",
    1,
    [
      /^ours \$0\.0000\d+, theirs \$0\.0000\d+, difference \$0\.000002\d+$/,
      /^\d{4}-\d\d-\d\d minimax-m3p1-flash differs$/,
      /^price: minimax-m3p1-flash: their rate is 1\.05 of row `fireworks\/minimax-m3p1-flash@2026-\d\d-\d\d` since /,
    ],
  ],
  [
    "fallbacks.ts",
    0,
    [
      new RegExp(`^${TIDES}$`),
      /^fireworks: error \(ConnectionError\), no tokens, none$/,
      /^ollama: ok, \d+ tokens, free$/,
      /^2 calls, \$0$/,
    ],
  ],
  ["run_edge_function.ts", 0, [/^in the queue: ann, ok, \$0\.00001\d+$/, new RegExp(`^${TIDES}$`)]],
];

describe("each program of examples/", () => {
  it.each(PROGRAMS)("%s does its job with the embedded server", async (name, status, lines) => {
    const { printed, errors, ...run } = await runExample(name);
    expect({ ...run, errors }).toEqual({ status, errors: "" });
    expect(printed.trimEnd().split("\n")).toEqual(lines.map((line) => expect.stringMatching(line)));
  });

  it("asks for a key, by name, where it is to be live and there is none", async () => {
    const { status, errors } = await runExample("chain.ts", { args: ["--live"] });
    expect(status).toBe(1);
    expect(errors).toMatch(/No Fireworks API key was found\..*FIREWORKS_API_KEY/);
  });

  it("has a line in examples/README.md", () => {
    const page = readFileSync("examples/README.md", "utf8");
    const tools = ["README.md", "endpoint.ts", "sample_ledger.ts"];
    const files = readdirSync("examples").filter((name) => !tools.includes(name));
    expect(files.filter((name) => !page.includes(`](${name})`))).toEqual([]);
  });
});

describe("the programs that read files", () => {
  const folder = mkdtempSync(join(tmpdir(), "examples-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("compare the ledger and the bill that they are given", async () => {
    const ledger = join(folder, "usage.jsonl");
    const bill = join(folder, "bill.csv");
    writeFileSync(ledger, "");
    writeFileSync(
      bill,
      "date,group_by_dimension,group_by_value,subtotal_usd,currency\n2026-09-01,model,kimi-k3,1.5,USD\n",
    );
    const { status, printed, errors } = await runExample("reconcile.ts", { args: [ledger, bill] });
    expect({ status, errors }).toEqual({ status: 1, errors: "" });
    expect(printed.split("\n").slice(0, 2)).toEqual([
      "ours $0, theirs $1.5, difference $1.5",
      "2026-09-01 kimi-k3 differs",
    ]);
  });

  it("ask for a bill where they are given a ledger alone", async () => {
    const { status, printed, errors } = await runExample("reconcile.ts", { args: [join(folder, "usage.jsonl")] });
    expect({ status, printed }).toEqual({ status: 1, printed: "" });
    expect(errors).toContain("Which bill? Name its file after the ledger's.");
  });

  it("report of the ledger and the day that they are given", async () => {
    const ledger = join(folder, "other.jsonl");
    writeFileSync(ledger, "not an entry\n");
    const { status, printed, errors } = await runExample("nightly_report.ts", { args: [ledger, "2026-09-01"] });
    expect({ status, errors }).toEqual({ status: 0, errors: "" });
    expect(printed.split("\n")).toEqual([
      "2026-09-01: 0 calls, $0",
      "Calls and cost by model",
      "Calls and cost by user",
      "Line 1 is in no sum: not JSON.",
      "",
    ]);
  });
});
