import { describe, expect, it } from "@jest/globals";
import { CostCallbackHandler } from "../../src/callbacks.js";
import { useGuideServer } from "../support/guide_server.js";
import { tableUnder } from "../support/page_tables.js";
import { testExamplesOf } from "../support/page_examples.js";

const PAGE = "docs/glossary.md";
useGuideServer();

testExamplesOf(PAGE, [[1, 1500, "0.00045", "0.00045", "0.00045", 0, 0]]);

describe("the tables of docs/glossary.md", () => {
  const fields = tableUnder(PAGE, "The fields of `totals`");

  it("have every field of `totals`, and no other", () => {
    const named = fields.map(([field = ""]) => field.replaceAll("`", ""));
    expect(new Set(named)).toEqual(new Set(Object.keys(new CostCallbackHandler().totals)));
  });

  it("say the unit of a field as its name and its value do", () => {
    const totals: Record<string, unknown> = { ...new CostCallbackHandler().totals };
    const units = Object.fromEntries(fields.map(([field = "", unit]) => [field.replaceAll("`", ""), unit]));
    const unitOf = (name: string) =>
      name.endsWith("Usd")
        ? "USD, a decimal string"
        : name.endsWith("Tokens")
          ? "tokens"
          : name === "warnings"
            ? "sentences"
            : "calls";
    expect(units).toEqual(Object.fromEntries(Object.keys(totals).map((name) => [name, unitOf(name)])));
    expect([totals["costUsd"], totals["lowUsd"], totals["highUsd"], totals["calls"]]).toEqual(["0", "0", "0", 0]);
  });

  it.each(["Usage and cost", "Budgets"])("%s: words stand in the order of the alphabet, each once", (heading) => {
    const words = tableUnder(PAGE, heading).map(([word = ""]) => word);
    expect(words.length).toBeGreaterThan(10);
    expect(words).toEqual([...new Set(words)].sort((one, other) => one.localeCompare(other)));
  });
});
