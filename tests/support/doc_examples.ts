import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = `${root}/tests/docs/generated`;

/** One TypeScript block of a page. */
export interface DocExample {
  /** The page and the heading under which it stands, with its number there. */
  title: string;
  code: string;
}

/** All ```ts blocks of a page, such as `README.md` or `docs/costs.md`. A block marked ```ts no-run is not run. */
export function docExamples(page: string): DocExample[] {
  const examples: DocExample[] = [];
  let heading = page;
  let block: string[] | undefined;
  for (const line of readFileSync(`${root}/${page}`, "utf8").split("\n")) {
    if (block === undefined) {
      if (line.startsWith("#")) heading = line.replace(/^#+\s*/, "");
      if (line.trim() === "```ts") block = [];
    } else if (line.trim() === "```") {
      examples.push({ title: `${page}: ${heading} (${examples.length + 1})`, code: block.join("\n") });
      block = undefined;
    } else block.push(line);
  }
  return examples;
}

/** Runs an example as its reader would, against the sources. Returns what it logged, one entry for each argument. */
export async function runExample(example: DocExample, log: (value: unknown) => void): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/example_${crypto.randomUUID()}.ts`;
  const code = example.code
    .replace(/from "langchain-metered"/g, 'from "../../../src/index.js"')
    .replace(
      /from "langchain-metered\/([\w-]+)"/g,
      (_, entry: string) => `from "../../../src/${entry.replace("-", "_")}.js"`,
    )
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
