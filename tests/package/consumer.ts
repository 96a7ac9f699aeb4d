import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PEERS = [
  "@langchain/core",
  "@opentelemetry/api",
  "@pydantic/genai-prices",
  "ioredis",
  "langchain",
  "pg",
  "redis",
];

interface Lock {
  packages: Record<string, { version: string } | undefined>;
}

/** A folder outside the repository in which the packed tarball is installed, as a user would install it. */
export interface Consumer {
  folder: string;
  /** What the tarball holds, as paths inside the package. */
  files: string[];
  /** How many bytes the tarball itself has. */
  packedBytes: number;
  /** A file of the package. */
  read(file: string): string;
  remove(): void;
}

/**
 * Runs a program to its end, for its standard output.
 * @throws Error with everything it printed, where it failed
 */
export function run(command: string, args: string[], cwd: string): string {
  // Not this test's own jest settings, nor npm's of the script that runs it.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|JEST_|NODE_OPTIONS|NODE_ENV)/.test(name));
  const options = {
    cwd,
    encoding: "utf8",
    env: Object.fromEntries(inherited),
    maxBuffer: 2 ** 26,
    timeout: 240_000,
  } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  if (status !== 0) throw new Error(`\`${command} ${args.join(" ")}\` exited with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs the package (which builds it) and installs the tarball beside `consumers/`. */
export function installTarball(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  const { filename, files, size } = packInto(folder);
  cpSync(resolve("tests/package/consumers"), folder, { recursive: true });
  for (const format of ["cjs", "esm"]) cpSync(join(folder, "types.ts"), join(folder, format, "types.ts"));
  const tools = [...PEERS, "@types/node", "@types/pg", "jest", "typescript"].map((name) => `${name}@${locked(name)}`);
  run("npm", ["init", "--yes"], folder);
  // Also under the name by which LangChain looks for a model on Fireworks.
  const packages = [`./${filename}`, `@langchain/fireworks@file:./${filename}`, ...tools];
  run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages], folder);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const read = (file: string): string => readFileSync(join(folder, "node_modules/langchain-metered", file), "utf8");
  return { folder, files: files.map(({ path }) => path), packedBytes: size, read, remove };
}

/** Packs the package, which builds it, into a folder. */
export function packInto(folder: string): Tarball {
  const packed = run("npm", ["pack", "--json", "--pack-destination", folder], process.cwd());
  const [tarball] = JSON.parse(packed.slice(packed.indexOf("[\n"))) as [Tarball];
  return tarball;
}

interface Tarball {
  filename: string;
  files: { path: string }[];
  size: number;
}

/** The version that this repository itself is tested with. */
export function locked(name: string): string {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
  const found = packages[`node_modules/${name}`];
  if (found === undefined) throw new Error(`\`${name}\` is not in package-lock.json`);
  return found.version;
}
