import { describe, expect, it } from "@jest/globals";
import { docExamples, runExample, type DocExample } from "./doc_examples.js";
import { saidOn } from "./said_values.js";

/** Changes an example before it runs, such as the port that it names. */
export type Prepare = (example: DocExample) => DocExample | Promise<DocExample>;

/** Runs an example, and expects what its comments say. Returns all that it logged. */
export async function expectSaid(example: DocExample): Promise<unknown[]> {
  const printed: unknown[] = [];
  await runExample(example, (value) => printed.push(value));
  return printed;
}

/**
 * Tests that the examples of a page run, that what their comments say is so, and that each prints what is listed here, in the page's
 * order: for pages whose comments say in words what a test can say exactly.
 */
export function testExamplesOf(page: string, expected: readonly unknown[][], prepare: Prepare = (same) => same): void {
  describe(`the examples of ${page}`, () => {
    const examples = docExamples(page).map((example, position) => ({ ...example, position }));

    it("are as many as are checked here", () => {
      expect(examples).toHaveLength(expected.length);
    });

    it.each(examples)("$title runs", async ({ position, ...example }) => {
      expect(await expectSaid(await prepare(example))).toEqual(expected[position]);
    });
  });
}

/** Tests that each example of a page runs, that it says of some value what it is, and that all it says is so. */
export function testSaidExamples(page: string, adapted: (code: string) => string = (code) => code): void {
  describe(`the examples of ${page}`, () => {
    it.each(docExamples(page))("$title says what is so", async ({ title, code }) => {
      await expectSaid({ title, code: adapted(code) });
      expect(code.split("\n").filter((line) => saidOn(line) !== undefined)).not.toEqual([]);
    });
  });
}
