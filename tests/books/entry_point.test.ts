import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "@jest/globals";

/** Every module that is loaded with a file: those of this package by path, others by name. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?"([^"]+)";/gm)) {
    if (specifier.startsWith(".")) loadedWith(join(dirname(file), specifier.replace(/\.js$/, ".ts")), seen);
    else seen.add(specifier);
  }
  return seen;
}

describe("the entry point `callbacks`", () => {
  const loaded = [...loadedWith(resolve("src/callbacks.ts"))];
  const own = loaded.filter((name) => name.startsWith("/")).map((name) => relative(resolve("src"), name));

  it("loads the books, and no chat model, wire or transport", () => {
    const folders = new Set(own.map((name) => name.split("/")[0]));
    expect(folders).toEqual(new Set(["base", "books", "budget", "callbacks.ts", "ledger", "pricing", "seam"]));
  });

  const packages = loaded.filter((name) => !name.startsWith("/"));

  it("loads no SDK, and nothing of core but errors, the environment and the base of handlers", () => {
    expect(packages.sort()).toEqual([
      "@langchain/core/callbacks/base",
      "@langchain/core/errors",
      "@langchain/core/utils/env",
      "zod/locales",
      "zod/mini",
    ]);
  });

  it("loads no module of Node's, and the ledger's schema only when a file is read", () => {
    expect(packages.filter((name) => name.startsWith("node:"))).toEqual([]);
    expect(own).toContain("ledger/read_jsonl.ts");
    expect(own).not.toContain("ledger/entry_schema.ts");
  });
});
