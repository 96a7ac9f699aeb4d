/** From which version to which, and on which day. */
export interface Release {
  readonly from: string;
  readonly to: string;
  /** Such as 2026-12-01. */
  readonly day: string;
}

/** A file that a release changes. */
export interface Edit {
  readonly file: string;
  /** What it says after the release, in words. */
  readonly says: (release: Release) => string;
  /** The file after the release; `undefined` where it does not say what it should before. */
  readonly apply: (text: string, release: Release) => string | undefined;
}

const HEADING = "## Unreleased\n";

/** All that says a version, and nothing else does. */
export const EDITS: readonly Edit[] = [
  { file: "package.json", says: ({ to }) => `version ${to}`, apply: manifest },
  { file: "package-lock.json", says: ({ to }) => `version ${to}`, apply: lockFile },
  {
    file: "src/base/package_version.ts",
    says: ({ to }) => `version ${to}`,
    apply: (text, { from, to }) => replaced(text, `"${from}"`, `"${to}"`),
  },
  {
    file: "CHANGELOG.md",
    says: ({ to, day }) => `what was Unreleased is ${to} - ${day}, under a new Unreleased`,
    apply: (text, { to, day }) => replaced(text, HEADING, `${HEADING}\n## ${to} - ${day}\n`),
  },
  {
    file: "SECURITY.md",
    says: ({ to }) => `${line(to)} gets fixes`,
    apply: (text, { from, to }) => replaced(text, `| ${line(from)} | yes |`, `| ${line(to)} | yes |`),
  },
];

/** The changes under `Unreleased`, each by its first line. */
export function unreleasedChanges(changelog: string): string[] {
  const [, after = ""] = changelog.split(HEADING);
  const [section = ""] = after.split(/^## /m);
  return section.split("\n").filter((text) => text.startsWith("- "));
}

/** Versions such as 0.2.x. */
function line(version: string): string {
  return version.replace(/\d+$/, "x");
}

function manifest(text: string, { from, to }: Release): string | undefined {
  return replaced(text, `"version": "${from}"`, `"version": "${to}"`);
}

interface LockFile {
  version?: string;
  packages?: { "": { version?: string } };
}

function lockFile(text: string, { from, to }: Release): string | undefined {
  const lock = JSON.parse(text) as LockFile;
  const root = lock.packages?.[""];
  if (lock.version !== from || root?.version !== from) return undefined;
  lock.version = to;
  root.version = to;
  return `${JSON.stringify(lock, null, 2)}\n`;
}

function replaced(text: string, found: string, by: string): string | undefined {
  return text.includes(found) ? text.replace(found, () => by) : undefined;
}
