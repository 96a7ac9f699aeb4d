import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { examplesOf, userPages } from "../../scripts/docs/examples.js";

/** Why a block that is marked ```ts no-run cannot be run here, by its page. */
const NOT_RUN: Record<string, string[]> = {
  "docs/models.md": ["initChatModel loads the built package, by its name: tests/package runs it"],
};

const tests = readdirSync("tests", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts") && file !== "docs/every_page.test.ts")
  .map((file) => readFileSync(`tests/${file}`, "utf8"))
  .filter((text) => /from "[./]+\/support\/(?:doc|page)_examples\.js"/.test(text));

const pages = userPages().filter((page) => examplesOf(page).length > 0);

describe.each(pages)("the TypeScript blocks of %s", (page) => {
  it("are run by a test", () => {
    expect(tests.filter((text) => text.includes(`"${page}"`))).not.toEqual([]);
  });

  it("import what they use from packages, by name", () => {
    const relative = examplesOf(page).filter(({ code }) => /from "\.|import\("\./.test(code));
    expect(relative).toEqual([]);
  });

  it("are all run, but those of which a reason is written here", () => {
    const notRun = examplesOf(page).filter(({ isRun }) => !isRun);
    expect(notRun).toHaveLength(NOT_RUN[page]?.length ?? 0);
  });
});

it("the blocks of pages have a language that a reader's editor knows", () => {
  const languages = userPages().flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/^```(\S+)/gm)].map(([, language]) => language),
  );
  expect(
    [...new Set(languages)].filter((language) => ["typescript", "js", "javascript", "tsx"].includes(`${language}`)),
  ).toEqual([]);
});
