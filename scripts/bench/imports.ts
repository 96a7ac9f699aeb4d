import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./median.js";
import type { Row } from "./table.js";

/** What every LangChain chat model imports at the least. */
const BASELINE = "@langchain/core/language_models/chat_models";
/** The most that an entry point may take of what the baseline takes. */
const AIM = 1.15;

const root = fileURLToPath(new URL("../..", import.meta.url));
const ENTRIES = ["index", "callbacks", "fireworks", "openllm", "ollama", "origin", "provider"];
const MODULES: { name: string; specifier: string; isOurs: boolean }[] = [
  { name: BASELINE, specifier: BASELINE, isOurs: false },
  ...ENTRIES.map((entry) => ({
    name: `langchain-metered${entry === "index" ? "" : `/${entry}`}`,
    specifier: `${root}/dist/${entry}.js`,
    isOurs: true,
  })),
  ...["@langchain/openai", "@langchain/ollama"].map((name) => ({ name, specifier: name, isOurs: false })),
];

/** Imports each entry point of the build, the baseline and the peers in turns, each in processes of their own. */
export function measureImports(rounds: number): Row[] {
  const samples = MODULES.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++)
    MODULES.forEach(({ specifier }, index) => samples[index]?.push(importOnce(specifier)));
  const times = samples.map(median);
  return MODULES.map(({ name, isOurs }, index) => {
    const time = times[index] ?? Number.NaN;
    const ratio = time / (times[0] ?? Number.NaN);
    return {
      job: "import time",
      subject: name,
      figure: `${time.toFixed(0)} ms`,
      ratio,
      aim: isOurs ? AIM : undefined,
    };
  });
}

/** Time to import one module in a fresh process, in milliseconds. */
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
