import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { userPages } from "../../scripts/docs/examples.js";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";
import { priceOf } from "../../src/pricing/look_up/price_of.js";
import { ChatFireworks } from "../../src/fireworks.js";
import { docExamples } from "../support/doc_examples.js";

const PAGES = [...userPages(), ...pagesIn("docs/contributing")];

function pagesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`);
}

/** The models on Fireworks that a text calls, by their whole ids. */
function idsIn(text: string): string[] {
  const calls =
    /(?:new \w+|initChatModel)\((?:\{\s*model: )?"(?:fireworks:)?(accounts\/fireworks\/(?:models|routers)\/[^"#]+)"/g;
  return [...new Set([...text.matchAll(calls)].map(([, id = ""]) => id))];
}

/** What our own rows say of calling a model today. */
function doubts(model: string): string[] {
  const { basis, warnings } = priceOf(model);
  return basis === "exact" ? warnings : [`\`${model}\` has no price of its own today`];
}

describe("the model that the demonstration and the pages use", () => {
  it("is sold today, by our own rows", () => {
    expect(doubts(SHOWN_MODEL)).toEqual([]);
  });

  it("is what an error proposes to who names none", () => {
    expect(() => new ChatFireworks({ model: "", apiKey: "none" })).toThrow(`\`${SHOWN_MODEL}\``);
  });

  it("is the one of the README's examples", () => {
    const ids = docExamples("README.md").flatMap(({ code }) => idsIn(code));
    expect(new Set(ids)).toEqual(new Set([SHOWN_MODEL]));
  });
});

describe("models that examples call", () => {
  const examples = [...PAGES, ...sourcesIn("src")].flatMap((page) =>
    idsIn(readFileSync(page, "utf8")).map((id) => [id, page]),
  );

  it("are on many pages", () => {
    expect(examples.length).toBeGreaterThan(15);
  });

  it.each([...new Map(examples.map(([id = "", page = ""]) => [id, page]))])("are sold today: %s (%s)", (id) => {
    expect(doubts(id)).toEqual([]);
  });

  it("of the demonstration and of scripts too", () => {
    const scripts = ["scripts/demo/endpoint.ts", "scripts/bench/ledgers.ts", "scripts/bench/budgets/invoke.ts"];
    for (const script of scripts) {
      const text = readFileSync(script, "utf8");
      expect([script, idsIn(text), text.includes("SHOWN_MODEL")]).toEqual([script, [], true]);
    }
  });
});
