/** Ratios measured side by side in one run: `npm run bench` (after `npm run build`). */
import { measureChunks } from "./chunks.js";
import { BASELINE, measureImports } from "./imports.js";

const print = (line: string) => process.stdout.write(`${line}\n`);

function printRatio(
  what: string,
  value: number | undefined,
  against: string,
  base: number | undefined,
  aim?: number,
): void {
  if (value === undefined || base === undefined) throw new Error(`Nothing was measured for ${what} or ${against}.`);
  const ratio = value / base;
  const verdict = aim === undefined ? "" : ` (aim ${aim}: ${ratio <= aim ? "met" : "missed"})`;
  print(`${what} / ${against}: ${ratio.toFixed(2)}${verdict}`);
}

const chunks = new Map((await measureChunks(11)).map(({ name, microseconds }) => [name, microseconds]));
print("CPU per streamed chunk (median of 9 streams of 10,000 chunks, server in another process):");
for (const [name, microseconds] of chunks) print(`  ${name.padEnd(24)} ${microseconds.toFixed(1)} us`);
for (const name of ["ChatFireworks", "ChatOpenLLM"])
  printRatio(name, chunks.get(name), "ChatOpenAICompletions", chunks.get("ChatOpenAICompletions"), 0.6);
printRatio("ChatOllamaLite", chunks.get("ChatOllamaLite"), "ChatOllama", chunks.get("ChatOllama"), 0.7);
for (const name of ["ChatFireworks", "ChatOpenLLM", "ChatOllamaLite"])
  printRatio(name, chunks.get(name), "core's floor", chunks.get("core's floor"));

const imports = new Map(measureImports(15).map(({ name, milliseconds }) => [name, milliseconds]));
print("\nImport time (median of 15 fresh processes each):");
for (const [name, milliseconds] of imports) print(`  ${name.padEnd(46)} ${milliseconds.toFixed(0)} ms`);
for (const name of imports.keys())
  if (name.startsWith("langchain-metered")) printRatio(name, imports.get(name), BASELINE, imports.get(BASELINE), 1.15);
