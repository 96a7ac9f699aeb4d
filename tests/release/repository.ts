import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const MANIFEST = `{
  "name": "langchain-metered",
  "version": "0.1.0",
  "type": "module"
}
`;
const LOCK = `{
  "name": "langchain-metered",
  "version": "0.1.0",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "name": "langchain-metered",
      "version": "0.1.0"
    },
    "node_modules/other": {
      "version": "0.1.0"
    }
  }
}
`;

/** What a release looks at, as it is before the first one after 0.1.0. */
const FILES: Readonly<Record<string, string>> = {
  "package.json": MANIFEST,
  "package-lock.json": LOCK,
  "src/base/package_version.ts": 'export const PACKAGE_VERSION = "0.1.0";\n',
  "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- One thing,\n  in two lines.\n- Another.\n\n## 0.1.0\n\n- First.\n",
  "SECURITY.md": "| version | fixes |\n|---|---|\n| 0.1.x | yes |\n",
  "scripts/prices/check.ts": 'if (process.argv[3] !== "60") process.exit(1);\n',
};

/** A git repository with those files, in a folder of its own. */
export interface Repository {
  git(...args: string[]): string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Calls `npm run release` there. */
  release(...args: string[]): { status: number | null; stdout: string; stderr: string };
  remove(): void;
}

export function makeRepository(): Repository {
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  // Not the settings of whoever runs the tests.
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const run = (command: string, args: string[]) => spawnSync(command, args, { cwd: folder, encoding: "utf8", env });
  const git = (...args: string[]): string => {
    const { status, stdout, stderr } = run("git", args);
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  const write = (file: string, text: string): void => {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(FILES)) write(file, text);
  git("init", "--quiet", "--initial-branch", "main");
  git("config", "user.name", "Ann");
  git("config", "user.email", "ann@example.org");
  git("add", "--all");
  git("commit", "--quiet", "--message", "All of it");
  const program = ["--import", import.meta.resolve("tsx"), resolve("scripts/release/run.ts")];
  return {
    git,
    write,
    read: (file) => readFileSync(join(folder, file), "utf8"),
    release: (...args) => {
      const { status, stdout, stderr } = run(process.execPath, [...program, ...args]);
      return { status, stdout, stderr };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
