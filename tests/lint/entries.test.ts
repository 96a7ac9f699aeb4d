import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { entries } from "../../scripts/lint/rooms.js";

const SPECIFIER = /^(?:import|export)\s+(?!type\b)[^;"]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** All that a bundle of one file has of a module: what it imports, and what it would load later. */
function modulesOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, named, bare, lazy] of readFileSync(file, "utf8").matchAll(SPECIFIER)) {
    const specifier = String(named ?? bare ?? lazy);
    if (!specifier.startsWith(".")) found.add(specifier);
    else modulesOf(join(dirname(file), specifier.replace(/\.js$/, ".ts")), found);
  }
  return found;
}

const packagesOf = (entry: string): string[] =>
  [...modulesOf(`src/${entry}.ts`)].filter((name) => !existsSync(name) && !name.startsWith("@langchain/core"));

describe("what an entry point brings into a bundle", () => {
  it.each(entries.filter((entry) => entry !== "origin"))(
    "has no second vocabulary and no SDK of OpenAI: %s",
    (entry) => {
      expect(packagesOf(entry).filter((name) => /tiktoken|openai/.test(name))).toEqual([]);
    },
  );

  it("has the second vocabulary where it is asked for", () => {
    expect(packagesOf("origin")).toContain("js-tiktoken/ranks/cl100k_base");
    expect([...modulesOf("src/origin.ts")]).not.toContain("src/usage/bpe/o200k.ts");
  });
});
