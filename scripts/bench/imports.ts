import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { median } from "./chunks.js";

/** Time to import one module in a fresh process, in milliseconds. */
export interface ImportCost {
  name: string;
  milliseconds: number;
}

/** What every LangChain chat model imports at the least. */
export const BASELINE = "@langchain/core/language_models/chat_models";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ENTRIES = ["index", "callbacks", "fireworks", "openllm", "ollama", "origin"];

/** Imports each entry point of the built package, the baseline and the peers in turns, each in processes of their own. */
export function measureImports(rounds: number): ImportCost[] {
  const dist = `${root}/dist`;
  if (!existsSync(`${dist}/index.js`)) throw new Error("There is no build to measure. Run `npm run build` first.");
  const modules: [string, string][] = [
    [BASELINE, BASELINE],
    ...ENTRIES.map((entry): [string, string] => [
      `langchain-metered/${entry === "index" ? "" : entry}`,
      `${dist}/${entry}.js`,
    ]),
    ["@langchain/openai", "@langchain/openai"],
    ["@langchain/ollama", "@langchain/ollama"],
  ];
  const samples = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, specifier] of modules) samples.set(name, [...(samples.get(name) ?? []), importOnce(specifier)]);
  }
  return [...samples].map(([name, times]) => ({ name, milliseconds: median(times) }));
}

function importOnce(specifier: string): number {
  const code = `const start = performance.now(); await import(${JSON.stringify(specifier)}); process.stdout.write(String(performance.now() - start));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
  });
  const time = Number(stdout);
  if (stdout === "" || Number.isNaN(time)) throw new Error(`\`${specifier}\` could not be imported: ${stderr}`);
  return time;
}
