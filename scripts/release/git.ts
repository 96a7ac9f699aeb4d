import { spawnSync } from "node:child_process";

/** What git prints. @throws Error with what it says, where it fails */
export function git(...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync("git", args, { encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`\`git ${args.join(" ")}\` failed: ${stderr.trim()}`);
  return stdout.trim();
}
