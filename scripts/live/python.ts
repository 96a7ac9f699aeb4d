import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const cache = fileURLToPath(new URL("../../.cache/live", import.meta.url));

/** The wheels are built for Python's stable interface from 3.10 on. */
const oldestPython = [3, 10] as const;

/** What to call Python 3.10 or newer on this machine, or the reason why there is none. */
export function findPython(): { command: string } | { missing: string } {
  const found: string[] = [];
  for (const command of ["python3", "python"]) {
    const { stdout, status } = spawnSync(command, ["--version"], { encoding: "utf8" });
    const version = status === 0 ? /^Python (\d+)\.(\d+)/.exec(stdout) : null;
    if (version === null) continue;
    const [major, minor] = [Number(version[1]), Number(version[2])];
    if (major === oldestPython[0] && minor >= oldestPython[1]) return { command };
    found.push(`\`${command}\` is ${major}.${minor}`);
  }
  const reason = found.length === 0 ? "there is none" : found.join(", ");
  return { missing: `No live server: it needs Python ${oldestPython.join(".")} or newer, and ${reason}.` };
}

/**
 * The interpreter of a virtual environment that has the packages of a list beside this file, all of them named with their
 * versions; made on first use.
 */
export async function livePython(command: string, list: "requirements.txt" | "litellm.txt"): Promise<string> {
  const requirements = fileURLToPath(new URL(list, import.meta.url));
  const version = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const finished = `${cache}/${version}`;
  if (!existsSync(finished)) await install(command, requirements, finished);
  return `${finished}/bin/python`;
}

/** Builds beside the place where it is looked for, and moves it there when whole: an interrupted install leaves nothing. */
async function install(command: string, requirements: string, finished: string): Promise<void> {
  const building = `${finished}.${process.pid}`;
  await rm(building, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await run(command, ["-m", "venv", building]);
  // The lists are whole: without --no-deps a dependency would compile llama.cpp a second time.
  await run(`${building}/bin/python`, ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements]);
  try {
    await rename(building, finished);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    if (!existsSync(finished)) throw error; // else another process has been faster
  }
}
