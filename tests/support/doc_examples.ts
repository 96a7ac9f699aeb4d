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

/** Runs an example as its reader would, against the sources. Returns what it logged, one entry for each argument. */
export async function runExample(example: DocExample, log: (value: unknown) => void): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/example_${crypto.randomUUID()}.ts`;
  const code = importingSources(example.code, "../../..")
    .replace(/\bconsole\.log\(/g, "globalThis.docExampleLog(")
    .replace(/\bprocess\.stdout\.write\(/g, "globalThis.docExampleLog(");
  writeFileSync(file, `${code}\nexport {};\n`);
  Object.assign(globalThis, { docExampleLog: (...values: unknown[]) => values.forEach(log) });
  try {
    await import(file);
  } finally {
    rmSync(file, { force: true });
  }
}

/** What a line says that it prints, and what it printed: `undefined` where it was not reached. */
export interface Saying {
  line: string;
  said: unknown[];
  printed: unknown[] | undefined;
}

/**
 * Runs an example, and reads what its comments say is printed: `console.log(sum); // "0.3"`. Returns those lines, with as many of
 * their values as are said, and all that was logged.
 */
export async function runSaying(example: DocExample): Promise<{ printed: unknown[]; sayings: Saying[] }> {
  const printed: unknown[] = [];
  const sayings: Saying[] = [];
  const lines = example.code.split("\n").map((line) => {
    const said = saidOn(line);
    if (said === undefined) return line;
    const position = sayings.push({ line: line.trim(), said, printed: undefined }) - 1;
    return line.replace("console.log(", `globalThis.docExampleSays(${position}, `);
  });
  const says = (position: number, ...values: unknown[]): void => {
    printed.push(...values);
    const saying = sayings[position];
    if (saying !== undefined) saying.printed = values.slice(0, saying.said.length);
  };
  Object.assign(globalThis, { docExampleSays: says });
  await runExample({ ...example, code: lines.join("\n") }, (value) => printed.push(value));
  return { printed, sayings };
}
