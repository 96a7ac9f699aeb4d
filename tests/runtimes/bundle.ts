import { resolve } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";

/** Where `scripts/jest/build_package.cjs` puts the built package. */
export const dist = resolve(".cache/runtimes/dist");
const job = resolve("tests/runtimes/job");
const ENTRY = /\/src\/(\w+)\.js$/;

/** The file of the built package that stands for an entry point of `src/`, which the job names so that it is type-checked. */
export function builtFile(path: string, importer: string | undefined): string | undefined {
  const [, name] = ENTRY.exec(path) ?? [];
  return name !== undefined && importer?.startsWith(job) ? resolve(dist, `${name}.js`) : undefined;
}

const built: Plugin = {
  name: "built",
  setup: ({ onResolve }) => {
    onResolve({ filter: ENTRY }, ({ path, importer }) => {
      const file = builtFile(path, importer);
      return file === undefined ? undefined : { path: file };
    });
  },
};

/** The job's own code only: it imports the package by its name, as a user does. */
const byName: Plugin = {
  name: "by-name",
  setup: ({ onResolve }) => {
    onResolve({ filter: ENTRY }, ({ path }) => {
      const name = ENTRY.exec(path)?.[1]?.replace("_", "-");
      return { path: name === "index" ? "langchain-metered" : `langchain-metered/${name}`, external: true };
    });
  },
};

/** What a bundle is for. */
export type Kind = keyof typeof KINDS;

const KINDS = {
  /** One file with everything in it for runtimes that have nothing of Node: what cannot be found there fails the build. */
  web: { platform: "browser", format: "esm", plugins: [built] },
  /** One minified file in CommonJS, as functions in clouds are deployed. */
  lambda: { platform: "node", format: "cjs", minify: true, plugins: [built] },
  /** The job alone, as an ES module that imports its packages. */
  esm: { platform: "node", format: "esm", packages: "external", plugins: [byName] },
  /** The job alone, which requires its packages. */
  cjs: { platform: "node", format: "cjs", packages: "external", plugins: [byName] },
} satisfies Record<string, BuildOptions>;

const bundles = new Map<string, Promise<string>>();

/** Bundles a file by esbuild. Each bundle is made once. */
export function bundle(entry: string, kind: Kind = "web"): Promise<string> {
  const made = bundles.get(`${kind} ${entry}`) ?? makeBundle(entry, KINDS[kind]);
  bundles.set(`${kind} ${entry}`, made);
  return made;
}

/** The addresses that `job/models.ts` declares. */
export interface Addresses {
  SERVER_URL: string;
  CLOSED_URL: string;
}

/** The file of `job/` that begins in a runtime. */
export const jobFile = (entry: string): string => resolve(job, `${entry}.ts`);

/** A bundle of the job that has its addresses before its first line. */
export async function bundleJob(entry: string, addresses: Addresses, kind: Kind = "web"): Promise<string> {
  return withAddresses(await bundle(jobFile(entry), kind), addresses);
}

/** A script after its addresses. */
export function withAddresses(script: string, addresses: Addresses): string {
  const lines = Object.entries(addresses).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  return lines.join("") + script;
}

async function makeBundle(entry: string, kind: BuildOptions): Promise<string> {
  const options: BuildOptions = {
    entryPoints: [resolve(entry)],
    bundle: true,
    write: false,
    target: "es2022",
    logLevel: "silent",
    ...kind,
  };
  const { outputFiles = [], warnings } = await build(options);
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  return outputFiles.map(({ text }) => text).join("\n");
}
