import { describe, expect, it } from "@jest/globals";
import { docExamples, runSaying, type DocExample } from "./doc_examples.js";
import { saidOn } from "./said_values.js";

/** Runs an example, and expects what its comments say. Returns all that it logged. */
export async function expectSaid(example: DocExample): Promise<unknown[]> {
  const { printed, sayings } = await runSaying(example);
  expect(sayings.map((saying) => [saying.line, saying.printed])).toEqual(
    sayings.map((saying) => [saying.line, saying.said]),
  );
  return printed;
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
