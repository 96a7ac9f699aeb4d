/**
 * Makes a release of the working folder: `npm run release -- 0.2.0 [--check] [--day 2026-12-01]`. Writes the version wherever it
 * stands, commits and tags; pushes nothing. With `--check` it changes nothing and says what it would do. Exit code 1 when
 * something hinders it, 2 for a wrong call.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EDITS, unreleasedChanges, type Release } from "./edits.js";
import { git } from "./git.js";
import { obstaclesTo } from "./obstacles.js";

const USAGE = "Usage: npm run release -- VERSION [--check] [--day DATE], with a version such as 0.2.0\n";

process.exitCode = main(process.argv.slice(2));

function main(args: string[]): number {
  const asked = readArguments(args);
  if (asked === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { release, isCheck } = asked;
  const obstacles = obstaclesTo(release);
  for (const obstacle of obstacles) process.stderr.write(`${obstacle}\n`);
  if (obstacles.length > 0) return 1;
  process.stdout.write(`${planOf(release).join("\n")}\n`);
  if (isCheck) {
    process.stdout.write("Nothing was changed.\n");
    return 0;
  }
  make(release);
  process.stdout.write(`Done. To publish it: git push --atomic origin main v${release.to}\n`);
  return 0;
}

function readArguments(args: string[]): { release: Release; isCheck: boolean } | undefined {
  try {
    const options = { check: { type: "boolean" }, day: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const { check: isCheck = false, day = new Date().toISOString().slice(0, 10) } = values;
    const [to, ...others] = positionals;
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day);
    if (to === undefined || others.length > 0 || !isDay || !/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(to))
      return undefined;
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    return { release: { from: version, to, day }, isCheck };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function planOf(release: Release): string[] {
  const { from, to } = release;
  const changes = unreleasedChanges(readFileSync("CHANGELOG.md", "utf8")).length;
  return [
    `${from} -> ${to}; changes under Unreleased: ${changes}`,
    ...EDITS.map(({ file, says }) => `  ${file}: ${says(release)}`),
    `  commit "Version ${to}", tag v${to}`,
  ];
}

function make(release: Release): void {
  for (const { file, apply } of EDITS) {
    const text = apply(readFileSync(file, "utf8"), release);
    if (text !== undefined) writeFileSync(file, text);
  }
  const title = `Version ${release.to}`;
  git("commit", "--quiet", "--message", title, "--", ...EDITS.map(({ file }) => file));
  git("tag", "--annotate", "--message", title, `v${release.to}`);
}
