import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** What a build is made of. */
const SOURCES = ["src", "langchain.config.js", "package.json", "tsconfig.json"];

/** Builds the package where there is no build, or one that is older than what it is made of. */
export function ensureBuilt(): void {
  const built = timeOf("dist/index.js");
  if (built !== undefined && newestOf(SOURCES) <= built) return;
  process.stderr.write("Building the package, since its build is missing or old.\n");
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`The package could not be built.\n${stdout}\n${stderr}`);
}

function newestOf(paths: string[]): number {
  const files = paths.flatMap((path) => {
    if (!statSync(join(root, path)).isDirectory()) return path;
    return readdirSync(join(root, path), { recursive: true }).map((file) => join(path, String(file)));
  });
  return Math.max(...files.map((file) => timeOf(file) ?? 0));
}

function timeOf(path: string): number | undefined {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs;
}
