import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";

/** All modules that one loads, through its static imports; packages by name. */
function loadedBy(entry: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(entry.href)) return seen;
  seen.add(entry.href);
  const source = readFileSync(new URL(entry.href.replace(/\.js$/, ".ts")), "utf8");
  for (const [, specifier = ""] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"/gms)) {
    if (specifier.startsWith(".")) loadedBy(new URL(specifier, entry), seen);
    else seen.add(specifier);
  }
  return seen;
}

const packagesOf = (module: string): string[] =>
  [...loadedBy(new URL(`../../src/pricing/${module}.js`, import.meta.url))].filter((name) => !name.startsWith("file:"));

describe("what look-ups load", () => {
  it.each([
    "look_up/price_of",
    "cost",
    "calculators/estimate",
    "calculators/compare_models",
    "look_up/genai_prices",
    "calculators/dedicated",
    "calculators/fine_tuning",
  ])("%s loads no package but core's errors", (module) => {
    expect(packagesOf(module).filter((name) => name !== "@langchain/core/errors")).toEqual([]);
  });

  it("define_price_table loads the small zod alone, so the search above finds packages", () => {
    const packages = packagesOf("look_up/define_price_table");
    expect(packages.filter((name) => name.startsWith("zod")).sort()).toEqual(["zod/locales", "zod/mini"]);
  });
});
