import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { main } from "../../src/cli/main.js";

async function run(...argv: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

describe("the version", () => {
  it.each(["--version", "-v"])("is printed, and nothing else, for %s", async (option) => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await run(option)).toEqual({ code: 0, out: [version], err: [] });
  });

  it("is named by the help", async () => {
    expect((await run("--help")).out[0]?.split("\n").slice(0, 2)).toEqual([
      "Usage: langchain-metered <command>",
      "       langchain-metered --version",
    ]);
  });
});
