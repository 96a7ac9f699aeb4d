import { bundleJob, withAddresses, type Addresses } from "./bundle.js";
import { findChromium, runInChromium } from "./chromium.js";
import {
  expected,
  expectedInOneFile,
  expectedInPage,
  expectedInProcess,
  expectedInWorker,
  type Expected,
} from "./expected.js";
import { findProgram, runAlone, runInstalled, versionOf, type Program } from "./process.js";
import { viteBundle } from "./vite_bundle.js";
import { findWorkerd, startWorker } from "./workerd.js";

/** Something that runs JavaScript, and in which way it is given the package. */
export interface Runtime {
  title: string;
  version: string;
  /** Runs the job there, and resolves with its findings. */
  run(addresses: Addresses): Promise<unknown>;
  /** What must be found of the runtime itself. */
  is: object;
  /** What the checks must see there. */
  sees: Expected;
}

const NODE = ["Buffer", "process", "setImmediate"];

/** A Node in each of the forms in which it is given a package. */
export function nodeRuntimes(path: string): Runtime[] {
  const [program, version] = [{ path }, versionOf(path)];
  const is = { node: NODE };
  return [
    { title: "Node, ES modules", version, run: (at) => runEsm(program, at), is, sees: expectedInProcess },
    { title: "Node, CommonJS", version, run: (at) => runCjs(program, at), is, sees: expectedInProcess },
    {
      title: "Node, one minified file by esbuild (as for AWS Lambda)",
      version,
      run: async (at) => runAlone(program, await bundleJob("process", at, "lambda")),
      is,
      sees: expectedInOneFile,
    },
  ];
}

/** Bun, if it is installed. */
export function bunRuntimes(): Runtime[] | undefined {
  const path = findProgram(["@oven/bun-linux-x64", "bin/bun"], ["bun", "bin/bun.exe"]);
  if (path === undefined) return undefined;
  const [program, version] = [{ path, args: ["run"] }, versionOf(path)];
  const is = { node: NODE };
  return [
    { title: "Bun, ES modules", version, run: (at) => runEsm(program, at), is, sees: expectedInProcess },
    { title: "Bun, CommonJS", version, run: (at) => runCjs(program, at), is, sees: expectedInProcess },
  ];
}

/** Deno, if it is installed. */
export function denoRuntimes(): Runtime[] | undefined {
  const path = findProgram(["@deno/linux-x64-glibc", "deno"], ["deno", "deno"]);
  if (path === undefined) return undefined;
  const args = ["run", "--allow-all", "--no-prompt", "--no-lock", "--node-modules-dir=manual"];
  const program = { path, args, env: { DENO_NO_UPDATE_CHECK: "1" } };
  const is = { node: NODE };
  const version = versionOf(path);
  return [{ title: "Deno", version, run: (at) => runEsm(program, at), is, sees: expectedInProcess }];
}

/** Before Workers had anything of Node by default, and since. */
export const WORKER_DATES = { bare: "2025-09-01", withNode: "2026-11-01" };

/** Workers, if workerd is installed. */
export function workerRuntimes(): Runtime[] | undefined {
  const path = findWorkerd();
  if (path === undefined) return undefined;
  const runAt = (date: string) => async (addresses: Addresses) => {
    const worker = await startWorker(path, await bundleJob("worker", addresses), date);
    try {
      return await (await fetch(worker.url)).json();
    } finally {
      await worker.stop();
    }
  };
  const version = versionOf(path);
  const { bare, withNode } = WORKER_DATES;
  return [
    { title: "Workers without `nodejs_compat`", version, run: runAt(bare), is: { node: [] }, sees: expected },
    {
      title: "Workers with `nodejs_compat`",
      version,
      run: runAt(withNode),
      is: { node: NODE },
      sees: expectedInWorker,
    },
  ];
}

/** A browser, if it is installed. */
export function browserRuntimes(): Runtime[] | undefined {
  const path = findChromium();
  if (path === undefined) return undefined;
  const version = versionOf(path);
  const page = async (at: Addresses, host?: string) => runInChromium(path, await bundleJob("page", at), host);
  const of = (title: string, isSecure: boolean, run: Runtime["run"]): Runtime => ({
    title: `Chromium, ${title}`,
    version,
    run,
    is: { node: [], isSecure },
    sees: expectedInPage,
  });
  return [
    of("a page by esbuild", true, (at) => page(at)),
    of("a page by esbuild, without https", false, (at) => page(at, "page.test")),
    of("a page by vite", true, async (at) => runInChromium(path, withAddresses(await viteBundle(), at))),
  ];
}

async function runEsm(program: Program, addresses: Addresses): Promise<unknown> {
  return runInstalled(program, "job.mjs", await bundleJob("process", addresses, "esm"));
}

async function runCjs(program: Program, addresses: Addresses): Promise<unknown> {
  return runInstalled(program, "job.cjs", await bundleJob("process", addresses, "cjs"));
}
