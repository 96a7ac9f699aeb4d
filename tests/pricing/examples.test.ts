import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, jest } from "@jest/globals";
import * as compare from "../../src/pricing/calculators/compare_models.js";
import * as cost from "../../src/pricing/cost.js";
import * as costLine from "../../src/pricing/calculators/cost_line.js";
import * as costOf from "../../src/books/cost_of.js";
import * as dedicated from "../../src/pricing/calculators/dedicated.js";
import * as define from "../../src/pricing/look_up/define_price_table.js";
import * as estimate from "../../src/pricing/calculators/estimate.js";
import * as fineTuning from "../../src/pricing/calculators/fine_tuning.js";
import * as everybody from "../../src/genai_prices.js";
import * as handler from "../../src/books/cost_handler.js";
import * as genai from "../../src/pricing/look_up/genai_prices.js";
import * as price from "../../src/pricing/look_up/price_of.js";
import * as grades from "../../src/pricing/tables/metagpt_2023.js";
import * as tiers from "../../src/pricing/tables/fireworks_2025.js";
import * as money from "../../src/base/money.js";

const SCOPE = {
  ...compare,
  ...cost,
  ...costLine,
  ...costOf,
  ...dedicated,
  ...define,
  ...estimate,
  ...fineTuning,
  ...genai,
  ...everybody,
  ...handler,
  ...price,
  ...grades,
  ...tiers,
  ...money,
};
const SOURCES = new URL("../../src/pricing/", import.meta.url);

interface Example {
  name: string;
  code: string;
}

/** The `@example` blocks of the pricing modules. Those that ask a server or a file are run with docs/price-list.md. */
function examplesInSources(): Example[] {
  return readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("feeds/"))
    .flatMap((file) => {
      const source = readFileSync(new URL(file, SOURCES), "utf8");
      return [...source.matchAll(/@example\s([\s\S]*?)\n? \*\//g)].map(([, code = ""]) => ({
        name: file,
        code: code.replace(/^ \* ?/gm, ""),
      }));
    });
}

/** Runs an example. Each `expression; // value` must give that value. Gives how many did. */
async function run({ code }: Example): Promise<number> {
  let checked = 0;
  const check = (actual: unknown, expected: unknown): void => {
    expect(actual).toEqual(expected);
    checked += 1;
  };
  const body = code
    .replace(/^import .* from "langchain-metered(?:\/[a-z-]+)?";$/gm, "")
    .replace(/^(?!const |let )(.+); \/\/ (.+)$/gm, "check($1, ($2));");
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  await new AsyncFunction("check", ...Object.keys(SCOPE), body)(check, ...Object.values(SCOPE));
  return checked;
}

describe("every example in the comments of src/pricing", () => {
  jest.useFakeTimers({
    now: new Date("2026-11-20T00:00:00Z"),
    doNotFake: ["queueMicrotask", "nextTick", "setImmediate", "setTimeout"],
  });
  const examples = examplesInSources();

  it.each(examples.map((example) => [example.name, example] as const))(
    "of %s does what it says",
    async (_, example) => {
      expect(await run(example)).toBeGreaterThan(0);
    },
  );

  it("is found", () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });
});
