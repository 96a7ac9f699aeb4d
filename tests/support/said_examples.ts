import { describe, expect, it } from "@jest/globals";
import { docExamples, runSaying } from "./doc_examples.js";

/** Tests that each example of a page runs, that it says of some value what it is, and that all it says is so. */
export function testSaidExamples(page: string, adapted: (code: string) => string = (code) => code): void {
  describe(`the examples of ${page}`, () => {
    it.each(docExamples(page))("$title says what is so", async ({ title, code }) => {
      const { sayings } = await runSaying({ title, code: adapted(code) });
      expect(sayings.map(({ line, printed }) => [line, printed])).toEqual(
        sayings.map(({ line, said }) => [line, said]),
      );
      expect(sayings.length).toBeGreaterThan(0);
    });
  });
}
