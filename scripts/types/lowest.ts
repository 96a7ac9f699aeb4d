import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The oldest TypeScript for whose users the package is sure to compile. docs/models.md names it. */
export const LOWEST = "5.4";

/** The newest of that line, and the line that followed it. */
const OTHERS = ["5", "7"];

const RESOLUTIONS = [
  { module: "node16", moduleResolution: "node16" },
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
];

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Installs a version of TypeScript in a folder of its own under `.cache/`, and returns its compiler.
 * @throws Error with npm's own words, where there is none
 */
export function installTypeScript(version: string): string {
  const folder = join(ROOT, ".cache/types", version);
  const compiler = join(folder, "node_modules/typescript/bin/tsc");
  if (existsSync(compiler)) return compiler;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}\n");
  const args = ["install", "--no-audit", "--no-fund", "--prefer-offline", `typescript@${version}`];
  const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm cannot install typescript@${version}.\n${stderr}`);
  return compiler;
}

/** What a compiler says of files in a folder that finds the package: nothing, where all is well. */
export function complaintsOf(compiler: string, folder: string, files: string[], options: object): string {
  const project = join(folder, "tsconfig.checked.json");
  const compilerOptions = {
    target: "es2022",
    lib: ["ES2022"],
    strict: true,
    // Core's declarations are written for a newer compiler; those of this package are read all the same.
    skipLibCheck: true,
    declaration: true,
    noEmit: true,
    types: ["node"],
    ...options,
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, "-p", project], { cwd: folder, encoding: "utf8" });
  rmSync(project);
  return stdout + stderr;
}

/** Compiles the consumers of the package's tests against `dist/` with each version, and says how that went. */
function main(versions: string[]): void {
  mkdirSync(join(ROOT, ".cache/types"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".cache/types/consumer-"));
  const consumers = resolve(ROOT, "tests/package/consumers");
  const files = ["types.ts", "exact.ts"].map((file) => join(consumers, file));
  try {
    for (const version of versions) {
      const compiler = installTypeScript(version);
      for (const resolution of RESOLUTIONS) {
        const complaints = complaintsOf(compiler, folder, files, resolution);
        console.log(
          `typescript@${version}, ${resolution.moduleResolution}: ${complaints === "" ? "compiles" : "fails"}`,
        );
        if (complaints === "") continue;
        console.log(complaints);
        process.exitCode = 1;
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  main(given.length > 0 ? given : [LOWEST, ...OTHERS]);
}
