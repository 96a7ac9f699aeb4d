import { describe, expect, it } from "@jest/globals";
import { docExamples, runExample, type DocExample } from "./doc_examples.js";

/** Changes an example before it runs, such as the port that it names. */
export type Prepare = (example: DocExample) => DocExample | Promise<DocExample>;

/** Tests that the examples of a page run, and that each prints what is listed here, in the page's order. */
export function testExamplesOf(page: string, expected: readonly unknown[][], prepare: Prepare = (same) => same): void {
  describe(`the examples of ${page}`, () => {
    const examples = docExamples(page).map((example, position) => ({ ...example, position }));

    it("are as many as are checked here", () => {
      expect(examples).toHaveLength(expected.length);
    });

    it.each(examples)("$title runs", async ({ position, ...example }) => {
      const printed: unknown[] = [];
      await runExample(await prepare(example), (value) => printed.push(value));
      expect(printed).toEqual(expected[position]);
    });
  });
}
