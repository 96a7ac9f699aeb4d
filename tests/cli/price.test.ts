import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "@jest/globals";
import { main } from "../../src/cli/main.js";

const directory = mkdtempSync(join(tmpdir(), "prices-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function run(...argv: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const KIMI = "accounts/fireworks/models/kimi-k3";

describe("price --json", () => {
  it("gives one object a line, in the order asked, with these keys in this order", async () => {
    const { code, out, err } = await run(
      "price",
      KIMI,
      "nope",
      "accounts/fireworks/models/qwen3-8b",
      "--json",
      "--at",
      "2026-11-20",
    );
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toEqual([
      `{"model":"${KIMI}","inputUsdPerMillion":"3","cachedInputUsdPerMillion":"0.3","outputUsdPerMillion":"15","basis":"exact","reason":"its listed price","row":"fireworks/kimi-k3@2026-07-27","checkedOn":"2026-11-20"}`,
      '{"model":"nope","inputUsdPerMillion":null,"cachedInputUsdPerMillion":null,"outputUsdPerMillion":null,"basis":"unpriced","reason":"no row names this model, and its name does not give its size","row":null,"checkedOn":null}',
      '{"model":"accounts/fireworks/models/qwen3-8b","inputUsdPerMillion":"0.2","cachedInputUsdPerMillion":"0.2","outputUsdPerMillion":"0.2","basis":"tier","reason":"size tier (dense, 8B; its name says 8B)","row":"fireworks/tier-4b-16b","checkedOn":"2026-10-08"}',
    ]);
  });

  it.each([
    ["--at", ["deepseek-v4-flash-0731", "--at", "2026-08-01"], "0.28"],
    ["--at with a time", ["deepseek-v4-flash-0731", "--at", "2026-08-24T23:59:59Z"], "0.28"],
    ["--at as UTC, where no zone is given", ["deepseek-v4-flash-0731", "--at", "2026-08-25 00:00"], "0.66"],
    ["--at with another zone", ["deepseek-v4-flash-0731", "--at", "2026-08-25T01:00+02:00"], "0.28"],
    ["--provider", ["gpt-oss:120b", "--provider", "ollama-cloud"], "0.6"],
    ["--provider of another", ["gpt-oss-120b", "--provider", "openai"], null],
    ["--service-tier", ["kimi-k3", "--service-tier", "priority"], "18.75"],
    ["--batch", ["kimi-k3", "--batch", "--at", "2026-11-20"], "7.5"],
    ["-- before odd names", ["--", "--kimi"], null],
  ])("obeys %s", async (_, argv, output) => {
    const { out } = await run("price", "--json", ...argv);
    expect(JSON.parse(out[0] ?? "")).toMatchObject({ outputUsdPerMillion: output });
  });

  it("puts a table of one's own first", async () => {
    const table = file(
      "table.json",
      '[{"model": "mine", "inputUsdPerMillion": "1", "outputUsdPerMillion": 2}, {"model": "gratis", "free": true}]',
    );
    const { out } = await run("price", "mine", "gratis", "kimi-k3", "--table", table, "--json", "--at", "2026-11-20");
    expect(
      out
        .map((line) => JSON.parse(line))
        .map(({ basis, outputUsdPerMillion, row }) => [basis, outputUsdPerMillion, row]),
    ).toEqual([
      ["user", "2", "file/mine#0"],
      ["free", "0", "file/gratis#1"],
      ["exact", "15", "fireworks/kimi-k3@2026-07-27"],
    ]);
  });
});

describe("price for people", () => {
  it("is a table with the reasons", async () => {
    const { out } = await run("price", "kimi-k3", "kimi-k2-thinking", "nope", "--at", "2026-11-20");
    expect(out).toEqual([
      [
        "model             input  cached  output  basis     checked     why",
        "kimi-k3           3      0.3     15      exact     2026-11-20  its listed price",
        "kimi-k2-thinking  0.6    0.3     2.5     exact     2026-02-13  its listed price; not on the newest price list; last listed 2026-05; the price was last checked 280 days before the call, more than 60",
        "nope              -      -       -       unpriced  -           no row names this model, and its name does not give its size",
      ].join("\n"),
    ]);
  });

  it.each([
    ["kimi-k33", "; the nearest names are kimi-k3, "],
    ["accounts/fireworks/models/minimax-m3p1-flesh", "; the nearest names are minimax-m3p1-flash"],
    ["gte-base", "; the nearest names are thenlper/gte-base\n"],
  ])("names the models that may be meant by %s", async (model, names) => {
    const { out } = await run("price", model, "--at", "2026-11-20");
    expect(`${out[0]}\n`).toContain(names);
  });

  it("names none that has no price on that day either", async () => {
    const { out } = await run("price", "kimi-k3", "--at", "2020-01-01");
    expect(out[0]).toMatch(/after that date$/);
  });

  it("lets no id drive the terminal", async () => {
    const { out } = await run("price", "kimi\u001b[2J\u0007");
    expect(out[0]).toContain("kimi?[2J?");
  });
});

describe("a wrong call", () => {
  it.each<[string, string[], string]>([
    ["no model", ["price"], "No model is given. Name at least one."],
    ["no date", ["price", "kimi-k3", "--at", "soon"], "`soon` is not a date. Write it as 2026-09-01."],
    ["no such day", ["price", "kimi-k3", "--at", "2026-13-01"], "`2026-13-01` is not a date."],
    ["no such day of a month", ["price", "kimi-k3", "--at", "2026-02-30"], "`2026-02-30` is not a date."],
    ["an unknown option", ["price", "kimi-k3", "--verbose"], "Unknown option '--verbose'.\n\nUsage: "],
    ["no such file", ["price", "kimi-k3", "--table", "/does/not/exist.json"], "ENOENT"],
    ["no such command", ["cost"], "There is no command `cost`."],
  ])("is told so, with the usage, on the error stream: %s", async (_, argv, message) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err.join("\n")).toContain(message);
    expect(err.join("\n")).toContain("langchain-metered price MODEL...");
  });

  it("is told of a command that there is not below the usage of all, where a terminal shows it", async () => {
    const { err } = await run("cost");
    expect(err.join("\n").split("\n").at(-1)).toBe("There is no command `cost`.");
  });

  it.each([
    ["not JSON", "[{", "JSON"],
    ["a bad row", '[{"model": "m"}]', "rows[0].inputUsdPerMillion"],
  ])("is told of its table: %s", async (name, content, message) => {
    const { code, err } = await run("price", "m", "--table", file(`${name}.json`, content));
    expect(code).toBe(2);
    expect(err.join("\n")).toContain(message);
  });

  it.each<[string, () => string[]]>([
    ["a table that is no JSON", () => ["price", "m", "--table", file("escapes.json", "\u001b[31m\u202enot json")]],
    [
      "a table's row",
      () => ["price", "m", "--table", file("row.json", '[{"model":"m","inputUsdPerMillion":"\\u202e"}]')],
    ],
    ["a model", () => ["price", "\u001b[31m\u202e\nm"]],
    ["a date", () => ["price", "m", "--at", "\u001b[31m\n"]],
    ["a command", () => ["\u001b[31m\n\u200b"]],
  ])("is told without what drives a terminal: %s", async (_what, argv) => {
    const { out, err } = await run(...argv());
    expect([...out, ...err].join("\n")).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it("without a command says what there is", async () => {
    expect((await run()).code).toBe(2);
    expect(await run("--help")).toMatchObject({ code: 0, err: [] });
    expect((await run("price", "--help")).out[0]).toContain("--service-tier");
  });
});

describe("the binary", () => {
  it("is quiet when its reader leaves, as `head` does", async () => {
    const bin = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));
    const models = Array.from({ length: 2000 }, (_, index) => `model-${index}`);
    const child = spawn(process.execPath, ["--import", "tsx", bin, "price", "--json", ...models]);
    let errors = "";
    child.stderr.on("data", (data) => (errors += String(data)));
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = await once(child, "close");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
  });

  it("writes to the standard streams and sets the exit code", () => {
    const bin = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));
    const output = execFileSync(
      process.execPath,
      ["--import", "tsx", bin, "price", KIMI, "--json", "--at", "2026-11-20"],
      {
        encoding: "utf8",
      },
    );
    expect(JSON.parse(output)).toMatchObject({ model: KIMI, outputUsdPerMillion: "15" });
    expect(() => execFileSync(process.execPath, ["--import", "tsx", bin, "price"], { stdio: "pipe" })).toThrow(
      expect.objectContaining({ status: 2 }),
    );
  });
});
