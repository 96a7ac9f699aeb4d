import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const workflow = readFileSync(".github/workflows/release.yml", "utf8");
const [, check = "", publish = ""] = workflow.split(/^ {2}(?:check|publish):$/m);
const commandsOf = (job: string): string[] => [...job.matchAll(/- run: (.*)/g)].map(([, command = ""]) => command);

let bin: string;
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), "workflow-"));
});
afterAll(() => rmSync(bin, { recursive: true }));

/** The exit code of the step that looks at the tag, beside a git that says whether the commit is on main. */
function lookAtTag(tag: string, isOnMain: boolean): number | null {
  const [, script = ""] = /the tag is the version.*\n {8}run: \|\n((?: {10}.*\n)+)/.exec(check) ?? [];
  const git = join(bin, "git");
  const arguments_ = "merge-base --is-ancestor 1234abc origin/main";
  writeFileSync(git, `#!/bin/sh\n[ "$*" = "${arguments_}" ] && exit ${isOnMain ? 0 : 1}\nexit 2\n`);
  chmodSync(git, 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, GITHUB_REF_NAME: tag, GITHUB_SHA: "1234abc" };
  return spawnSync("bash", ["-e", "-c", script], { env }).status;
}

describe("the workflow that publishes a release", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

  it.each([
    ["the tag of the version, on main", `v${version}`, true, 0],
    ["another tag", "v0.0.1", true, 1],
    ["a commit that is not on main", `v${version}`, false, 1],
  ])("ends with the right code for %s", (_, tag, isOnMain, status) => {
    expect(lookAtTag(tag, isOnMain)).toBe(status);
  });

  it("calls only commands that package.json has", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const called = [...check.matchAll(/- run: npm run ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(called).toEqual(["lint", "typecheck", "build", "check:package", "knip", "test:package"]);
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("publishes in a job that runs no other code, the only one that may ask for an identity", () => {
    expect(publish).toContain("needs: check\n");
    expect(commandsOf(publish)).toEqual(["npm publish ./packed/*.tgz --provenance --access public"]);
    expect(publish).toContain("    permissions:\n      id-token: write\n    steps:\n");
    expect(check).not.toContain("permissions:");
    expect(workflow.match(/: write/g)).toHaveLength(1);
    expect(workflow).not.toContain("secrets.");
  });
});
