import { expect } from "@jest/globals";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { examplesOf, importingSources } from "../../scripts/docs/examples.js";
import { saidOn } from "./said_values.js";

const folder = fileURLToPath(new URL("../docs/generated", import.meta.url));

/** One TypeScript block of a page. */
export interface DocExample {
  /** The page and the heading under which it stands, with its number there. */
  title: string;
  code: string;
}

/** All ```ts blocks of a page, such as `README.md` or `docs/costs.md`. A block marked ```ts no-run is not run. */
export function docExamples(page: string): DocExample[] {
  return examplesOf(page)
    .filter(({ isRun }) => isRun)
    .map(({ heading, code }, position) => ({ title: `${page}: ${heading} (${position + 1})`, code }));
}

/** What a line says that it prints, and as many of the values that it printed: `undefined` where it was not reached. */
interface Saying {
  line: string;
  said: unknown[];
  printed: unknown[] | undefined;
}

/**
 * Runs an example as its reader would, against the sources, and expects what its comments say (`console.log(sum); // "0.3"`). What it
 * logs is handed on, one call for each argument.
 */
export async function runExample(example: DocExample, log: (value: unknown) => void): Promise<void> {
  const sayings: Saying[] = [];
  const lines = example.code.split("\n").map((line) => {
    const said = saidOn(line);
    if (said === undefined) return line;
    const position = sayings.push({ line: line.trim(), said, printed: undefined }) - 1;
    return line.replace("console.log(", `globalThis.docExampleSays(${position}, `);
  });
  const says = (position: number, ...values: unknown[]): void => {
    values.forEach((value) => log(value));
    const saying = sayings[position];
    if (saying !== undefined) saying.printed = values.slice(0, saying.said.length);
  };
  Object.assign(globalThis, {
    docExampleSays: says,
    docExampleLog: (...values: unknown[]) => values.forEach((value) => log(value)),
  });
  await runCode(lines.join("\n"));
  expect(sayings.map(({ line, printed }) => [line, printed])).toEqual(sayings.map(({ line, said }) => [line, said]));
}

async function runCode(code: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/example_${crypto.randomUUID()}.ts`;
  const own = importingSources(code, "../../..")
    .replace(/\bconsole\.log\(/g, "globalThis.docExampleLog(")
    .replace(/\bprocess\.stdout\.write\(/g, "globalThis.docExampleLog(");
  writeFileSync(file, `${own}\nexport {};\n`);
  try {
    await import(file);
  } finally {
    rmSync(file, { force: true });
  }
}
