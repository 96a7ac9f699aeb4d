import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { EDITS, unreleasedChanges, type Release } from "./edits.js";
import { git } from "./git.js";

const MAX_PRICE_AGE_DAYS = "60";

/** Why a release cannot be made of the working folder as it is; none where it can. */
export function obstaclesTo(release: Release): string[] {
  return [...inGit(release), ...inVersion(release), ...inFiles(release), ...inPrices()];
}

function inGit({ to }: Release): string[] {
  const found: string[] = [];
  const branch = git("branch", "--show-current");
  if (branch !== "main") found.push(`The branch is \`${branch}\`: releases are made on \`main\`.`);
  const changes = git("status", "--porcelain").split("\n").filter(Boolean);
  if (changes.length > 0) found.push(`Not everything is committed: ${changes.join(", ")}.`);
  if (git("tag", "--list", `v${to}`) !== "") found.push(`The tag v${to} is there already.`);
  return found;
}

function inVersion({ from, to }: Release): string[] {
  return isHigher(to, from) ? [] : [`${to} is not higher than ${from}, which package.json has.`];
}

function isHigher(version: string, than: string): boolean {
  const [ours, theirs] = [version, than].map((text) => text.split(".").map(Number));
  const at = ours?.findIndex((part, index) => part !== theirs?.[index]) ?? -1;
  return at >= 0 && (ours?.[at] ?? 0) > (theirs?.[at] ?? 0);
}

function inFiles(release: Release): string[] {
  const unread = EDITS.filter(({ file, apply }) => apply(readFileSync(file, "utf8"), release) === undefined);
  const found = unread.map(({ file }) => `${file} does not say what a release changes, for ${release.from}.`);
  const hasChanges = unreleasedChanges(readFileSync("CHANGELOG.md", "utf8")).length > 0;
  return hasChanges ? found : [...found, "CHANGELOG.md has nothing under Unreleased."];
}

/** Prices that nobody looked at for long, and what else is wrong with the tables. */
function inPrices(): string[] {
  const args = [
    "--import",
    import.meta.resolve("tsx"),
    "scripts/prices/check.ts",
    "--max-age-days",
    MAX_PRICE_AGE_DAYS,
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return status === 0 ? [] : [`The price tables are not right:\n${stderr.trim()}`];
}
