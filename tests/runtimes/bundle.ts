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

/** One file with everything in it for runtimes that have nothing of Node: what cannot be found there fails the build. */
export async function bundle(entry: string, define: Record<string, string> = {}): Promise<string> {
  const options: BuildOptions = {
    entryPoints: [resolve(entry)],
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: "es2022",
    plugins: [built],
    define: Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])),
    logLevel: "silent",
  };
  const { outputFiles = [], warnings } = await build(options);
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  return outputFiles.map(({ text }) => text).join("\n");
}
