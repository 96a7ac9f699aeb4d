import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** One TypeScript block of a page. */
export interface PageExample {
  /** The heading under which it stands. */
  heading: string;
  code: string;
  /** Whether it is marked ```ts no-run: it is compiled, and no test runs it. */
  isRun: boolean;
}

/** The pages for users. */
export function userPages(): string[] {
  const pages = readdirSync(`${root}/docs`).filter((name) => name.endsWith(".md"));
  return ["README.md", ...pages.map((name) => `docs/${name}`)];
}

/** All ```ts blocks of a page, such as `README.md` or `docs/costs.md`. */
export function examplesOf(page: string): PageExample[] {
  const examples: PageExample[] = [];
  let heading = page;
  let open: { lines: string[]; isRun: boolean } | undefined;
  for (const line of readFileSync(`${root}/${page}`, "utf8").split("\n")) {
    if (open === undefined) {
      if (line.startsWith("#")) heading = line.replace(/^#+\s*/, "");
      const fence = line.trim();
      if (fence === "```ts" || fence === "```ts no-run") open = { lines: [], isRun: fence === "```ts" };
    } else if (line.trim() === "```") {
      examples.push({ heading, code: open.lines.join("\n"), isRun: open.isRun });
      open = undefined;
    } else open.lines.push(line);
  }
  return examples;
}

/** Code whose imports of this package are those of `src/`, for a file in a folder from which `toRoot` leads to the repository. */
export function importingSources(code: string, toRoot: string): string {
  return code
    .replace(/from "langchain-metered"/g, `from "${toRoot}/src/index.js"`)
    .replace(
      /from "langchain-metered\/([\w-]+)"/g,
      (_, entry: string) => `from "${toRoot}/src/${entry.replace("-", "_")}.js"`,
    );
}
