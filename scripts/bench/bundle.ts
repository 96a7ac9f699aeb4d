import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Platform } from "esbuild";
import type { Row } from "./table.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The most that a bundle of one chat model may weigh, in MB: minified, and minified and gzipped. */
const AIM = { raw: 2, gzip: 0.8 };
const BUNDLES: { name: string; from: string; aim?: typeof AIM }[] = [
  { name: "ChatOpenAI", from: "@langchain/openai" },
  { name: "ChatFireworks", from: "./dist/index.js", aim: AIM },
  { name: "ChatOpenLLM", from: "./dist/index.js", aim: AIM },
  { name: "ChatOllamaLite", from: "./dist/index.js", aim: AIM },
  { name: "CostCallbackHandler", from: "./dist/callbacks.js" },
];
/** How many of a bundle's parts are named. */
const PARTS = 6;

/** Sizes of one-file bundles that have one class each, and what the largest of their bytes are. */
export async function measureBundles(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const platform of ["node", "browser"] as const)
    for (const { name, from, aim } of BUNDLES) rows.push(...(await rowsOf(platform, name, from, aim)));
  return rows;
}

async function rowsOf(platform: Platform, name: string, from: string, aim?: typeof AIM): Promise<Row[]> {
  const job = `one-file bundle, ${platform}`;
  const bundle = await bundleOf(platform, name, from);
  if (typeof bundle === "string") return [{ job, subject: name, figure: `does not build: ${bundle}` }];
  const { raw, gzip, parts } = bundle;
  const row = (form: "raw" | "gzip", megabytes: number): Row => ({
    job,
    subject: `${name}, ${form === "raw" ? "minified" : "gzip"}`,
    figure: `${megabytes.toFixed(2)} MB`,
    // Megabytes themselves are what is aimed at.
    ...(aim && { ratio: megabytes, aim: aim[form] }),
  });
  return [
    row("raw", raw),
    row("gzip", gzip),
    ...parts.map(([part, figure]) => ({ job, subject: `  ${part}`, figure })),
  ];
}

interface Bundle {
  raw: number;
  gzip: number;
  parts: [string, string][];
}

/** A bundle's sizes in MB, or in words why there is none. */
async function bundleOf(platform: Platform, name: string, from: string): Promise<Bundle | string> {
  try {
    const { outputFiles, metafile } = await build({
      stdin: { contents: `export { ${name} } from ${JSON.stringify(from)};`, resolveDir: root },
      bundle: true,
      minify: true,
      format: "esm",
      splitting: false,
      platform,
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const bytes = Buffer.concat(outputFiles.map(({ contents }) => contents));
    return { raw: bytes.length / 1e6, gzip: gzipSync(bytes).length / 1e6, parts: partsOf(metafile) };
  } catch (error) {
    return /ERROR: (.*)/.exec(String(error))?.[1] ?? String(error);
  }
}

/** The packages that take most of a bundle; files of data by themselves. */
function partsOf({ outputs }: Metafile): [string, string][] {
  const sizes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = partOf(path);
      sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
    }
  }
  const largest = [...sizes].sort(([, a], [, b]) => b - a).slice(0, PARTS);
  return largest.map(([name, size]) => [name, `${(size / 1000).toFixed(0)} kB`]);
}

function partOf(path: string): string {
  if (/js-tiktoken\/dist\/ranks/.test(path)) return path.replace(/^.*node_modules\//, "");
  const packages = [...path.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)];
  return packages.at(-1)?.[1] ?? "langchain-metered";
}
