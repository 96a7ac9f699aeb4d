import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { dist } from "./bundle.js";

const require = createRequire(import.meta.url);

/** The job takes some seconds. */
const MOST_MS = 90_000;

/** A runtime that runs a file as a process. */
export interface Program {
  path: string;
  /** What stands before the file. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/**
 * The first of some files of the registry's packages that is a program which runs here. Where a package's install script did not run, its
 * own file is none, and that of the package for this machine is.
 */
export function findProgram(...files: readonly (readonly [packageName: string, file: string])[]): string | undefined {
  for (const [packageName, file] of files) {
    try {
      const path = join(dirname(require.resolve(`${packageName}/package.json`)), file);
      versionOf(path);
      return path;
    } catch {
      // Not for this machine, or not installed: perhaps the next is.
    }
  }
  return undefined;
}

/** The number, or the day, in what a program answers to `--version`. */
export function versionOf(program: string): string {
  const words = execFileSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return /\d+[.-]\d+[\d.-]*/.exec(words)?.[0] ?? words.trim();
}

/** Runs a script that needs no other file, in an empty folder. */
export async function runAlone(program: Program, script: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "runtime-"));
  return runIn(folder, program, "job.cjs", script);
}

/** Runs a script in a folder where the built package is installed, beside all that it needs. */
export async function runInstalled(program: Program, file: "job.mjs" | "job.cjs", script: string): Promise<unknown> {
  const parent = resolve(".cache/runtimes");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "app-"));
  const installed = join(folder, "node_modules", "langchain-metered");
  cpSync(dist, join(installed, "dist"), { recursive: true });
  cpSync("package.json", join(installed, "package.json"));
  // LangChain looks for what has a model's name from where it stands itself, so it stands beside the package.
  cpSync("node_modules/langchain", join(folder, "node_modules", "langchain"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  // Bun obeys `paths` of the nearest tsconfig.json, and those of this repository lead to the sources.
  writeFileSync(join(folder, "tsconfig.json"), "{}\n");
  return runIn(folder, program, file, script);
}

/** Removes the folder in the end. */
async function runIn(folder: string, program: Program, file: string, script: string): Promise<unknown> {
  try {
    writeFileSync(join(folder, file), script);
    const words = await run(folder, program, file);
    const findings = join(folder, "findings.json");
    if (!existsSync(findings)) throw new Error(`${program.path} found nothing.\n${words.slice(-3_000)}`);
    return JSON.parse(readFileSync(findings, "utf8")) as unknown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves with what the process wrote when it has ended, by itself or because it took too long. */
async function run(folder: string, { path, args = [], env = {} }: Program, file: string): Promise<string> {
  const child = spawn(path, [...args, file], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    // jest's own, which would say that the job is one of its tests.
    env: { ...process.env, NODE_OPTIONS: "", NODE_ENV: "production", ...env },
    timeout: MOST_MS,
    killSignal: "SIGKILL",
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece: Buffer) => (words += piece.toString("utf8")));
  await new Promise<void>((done) =>
    child.once("error", (error) => done(void (words += String(error)))).once("close", () => done()),
  );
  return words;
}
