import { describe, expect, it } from "@jest/globals";
import { docExamples, runExample, type DocExample } from "./doc_examples.js";
import { saidOn } from "./said_values.js";
import type { WireServer } from "./wire_server.js";

/** Changes an example before it runs, such as the port that it names. */
export type Prepare = (example: DocExample) => DocExample | Promise<DocExample>;

/** Runs an example, and expects what its comments say. Returns all that it logged. */
async function expectSaid(example: DocExample): Promise<unknown[]> {
  const printed: unknown[] = [];
  await runExample(example, (value) => printed.push(value));
  return printed;
}

/**
 * Tests that a page has so many examples, that each runs, and that what its comments say is so.
 * @param check - what else is expected of what an example printed, in the page's order
 */
export function testEachExample(
  page: string,
  count: number,
  check: (printed: unknown[], position: number) => void,
  prepare: Prepare = (same) => same,
): void {
  describe(`the examples of ${page}`, () => {
    const examples = docExamples(page).map((example, position) => ({ ...example, position }));

    it("are as many as are checked here", () => {
      expect(examples).toHaveLength(count);
    });

    it.each(examples)("$title runs", async ({ position, ...example }) => {
      check(await expectSaid(await prepare(example)), position);
    });
  });
}

/**
 * The same where what each example prints is listed, in the page's order: for pages whose comments say in words what a test can say
 * exactly.
 */
export function testExamplesOf(page: string, expected: readonly unknown[][], prepare?: Prepare): void {
  testEachExample(page, expected.length, (printed, position) => expect(printed).toEqual(expected[position]), prepare);
}

/** The same where the examples ask one server: beside what each prints stands what of its last request matters. */
export function testAskingExamples(
  page: string,
  expected: readonly (readonly [printed: unknown[], body: object])[],
  server: () => WireServer,
  prepare?: Prepare,
): void {
  const check = (printed: unknown[], position: number) => {
    const [values, body = {}] = expected[position] ?? [];
    expect(printed).toEqual(values);
    expect(server().requests.at(-1)?.json ?? {}).toMatchObject(body);
  };
  testEachExample(page, expected.length, check, prepare);
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
