import { resolve } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";

/** Where `scripts/jest/build_package.cjs` puts the built package. */
export const dist = resolve(".cache/runtimes/dist");
const job = resolve("tests/runtimes/job");

/** Takes the built package in place of the entry points of `src/`, which the job names so that it is type-checked. */
const built: Plugin = {
  name: "built",
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/src\/\w+\.js$/ }, ({ path, importer }) =>
      importer.startsWith(job) ? { path: resolve(dist, path.replace(/.*\/src\//, "")) } : undefined,
    );
  },
};

const bundles = new Map<string, Promise<string>>();

/**
 * One file with everything in it for runtimes that have nothing of Node: what cannot be found there fails the build. Each is
 * made once.
 */
export function bundle(entry: string): Promise<string> {
  const made = bundles.get(entry) ?? makeBundle(entry);
  bundles.set(entry, made);
  return made;
}

/** The addresses that `job/models.ts` declares. */
export interface Addresses {
  SERVER_URL: string;
  CLOSED_URL: string;
}

/** A bundle of the job that has its addresses before its first line. */
export async function bundleJob(entry: string, addresses: Addresses): Promise<string> {
  const lines = Object.entries(addresses).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  return lines.join("") + (await bundle(`tests/runtimes/job/${entry}.ts`));
}

async function makeBundle(entry: string): Promise<string> {
  const options: BuildOptions = {
    entryPoints: [resolve(entry)],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    plugins: [built],
    logLevel: "silent",
  };
  const { outputFiles = [], warnings } = await build(options);
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  return outputFiles.map(({ text }) => text).join("\n");
}
