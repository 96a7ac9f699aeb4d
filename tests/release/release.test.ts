import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { makeRepository, type Repository } from "./repository.js";

let repository: Repository;
beforeEach(() => {
  repository = makeRepository();
});
afterEach(() => repository.remove());

const PLAN = `0.1.0 -> 0.2.0; changes under Unreleased: 2
  package.json: version 0.2.0
  package-lock.json: version 0.2.0
  src/base/package_version.ts: version 0.2.0
  CHANGELOG.md: what was Unreleased is 0.2.0 - 2026-12-01, under a new Unreleased
  SECURITY.md: 0.2.x gets fixes
  commit "Version 0.2.0", tag v0.2.0
`;

describe("a release", () => {
  it("writes the version wherever it stands, commits and tags", () => {
    expect(repository.release("0.2.0", "--day", "2026-12-01")).toEqual({
      status: 0,
      stdout: `${PLAN}Done. To publish it: git push --atomic origin main v0.2.0\n`,
      stderr: "",
    });
    expect(JSON.parse(repository.read("package.json"))).toMatchObject({ version: "0.2.0" });
    expect(JSON.parse(repository.read("package-lock.json"))).toMatchObject({
      version: "0.2.0",
      packages: { "": { version: "0.2.0" }, "node_modules/other": { version: "0.1.0" } },
    });
    expect(repository.read("src/base/package_version.ts")).toBe('export const PACKAGE_VERSION = "0.2.0";\n');
    expect(repository.read("CHANGELOG.md")).toBe(
      "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n- One thing,\n  in two lines.\n- Another.\n\n## 0.1.0\n\n- First.\n",
    );
    expect(repository.read("SECURITY.md")).toBe("| version | fixes |\n|---|---|\n| 0.2.x | yes |\n");
    expect(repository.git("log", "--format=%s")).toBe("Version 0.2.0\nAll of it");
    expect(repository.git("describe")).toBe("v0.2.0");
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  it("is only told with --check", () => {
    expect(repository.release("0.2.0", "--check", "--day", "2026-12-01")).toEqual({
      status: 0,
      stdout: `${PLAN}Nothing was changed.\n`,
      stderr: "",
    });
    expect(repository.git("log", "--format=%s")).toBe("All of it");
    expect(repository.git("tag")).toBe("");
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  it("keeps the line that gets fixes, where it is a fix", () => {
    expect(repository.release("0.1.1").status).toBe(0);
    expect(repository.read("SECURITY.md")).toContain("| 0.1.x | yes |");
    expect(repository.read("CHANGELOG.md")).toMatch(/^## 0\.1\.1 - \d{4}-\d{2}-\d{2}$/m);
  });

  it("of a next version needs changes of its own", () => {
    expect(repository.release("0.2.0").status).toBe(0);
    expect(repository.release("0.3.0").stderr).toBe("CHANGELOG.md has nothing under Unreleased.\n");
  });
});

describe("nothing is changed, and the reason is said", () => {
  it.each<[string, string, (at: Repository) => void, string]>([
    [
      "for a file that is not committed",
      "0.2.0",
      ({ write }) => write("notes.txt", ""),
      "Not everything is committed: ?? notes.txt.",
    ],
    [
      "on another branch",
      "0.2.0",
      ({ git }) => void git("switch", "--quiet", "--create", "mine"),
      "The branch is `mine`: releases are made on `main`.",
    ],
    ["for a tag that is there", "0.2.0", ({ git }) => void git("tag", "v0.2.0"), "The tag v0.2.0 is there already."],
    ["for the same version", "0.1.0", () => undefined, "0.1.0 is not higher than 0.1.0, which package.json has."],
    ["for a lower version", "0.0.9", () => undefined, "0.0.9 is not higher than 0.1.0, which package.json has."],
    [
      "for a version that another file does not have",
      "0.2.0",
      ({ write, git }) => {
        write("src/base/package_version.ts", 'export const PACKAGE_VERSION = "0.0.9";\n');
        git("commit", "--quiet", "--all", "--message", "Older");
      },
      "src/base/package_version.ts does not say what a release changes, for 0.1.0.",
    ],
    [
      "for prices that are old",
      "0.2.0",
      ({ write, git }) => {
        write("scripts/prices/check.ts", 'process.stderr.write("kimi-k3 is old\\n");\nprocess.exitCode = 1;\n');
        git("commit", "--quiet", "--all", "--message", "Old prices");
      },
      "The price tables are not right:\nkimi-k3 is old",
    ],
  ])("%s", (_, version, change, reason) => {
    change(repository);
    const head = repository.git("rev-parse", "HEAD");
    const files = repository.git("status", "--porcelain");
    expect(repository.release(version)).toEqual({ status: 1, stdout: "", stderr: `${reason}\n` });
    expect(repository.git("rev-parse", "HEAD")).toBe(head);
    expect(repository.git("status", "--porcelain")).toBe(files);
  });

  it("with all reasons at once", () => {
    repository.git("switch", "--quiet", "--create", "mine");
    repository.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- First.\n");
    const { status, stderr } = repository.release("0.1.0", "--check");
    expect(status).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([
      "The branch is `mine`: releases are made on `main`.",
      "Not everything is committed: M CHANGELOG.md.",
      "0.1.0 is not higher than 0.1.0, which package.json has.",
      "CHANGELOG.md has nothing under Unreleased.",
    ]);
  });

  it.each([[[]], [["next"]], [["v0.2.0"]], [["0.2"]], [["0.2.0", "0.3.0"]], [["0.2.0", "--dry"]]])(
    "of a wrong call: %j",
    (args) => {
      const usage = "Usage: npm run release -- VERSION [--check] [--day DATE], with a version such as 0.2.0\n";
      expect(repository.release(...args)).toEqual({ status: 2, stdout: "", stderr: usage });
    },
  );
});
