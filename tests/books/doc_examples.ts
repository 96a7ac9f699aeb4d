import { readFileSync } from "node:fs";
import { transformSync } from "@swc/core";

/** A TypeScript block of a page of the docs. */
export interface Example {
  /** `docs/x.md:12`: where the block begins. */
  name: string;
  code: string;
}

/** The TypeScript blocks of a page. */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => ({
    name: `${page}:${text.slice(0, match.index).split("\n").length}`,
    code: match[1] ?? "",
  }));
}

/** How often an example says what a value is, with `expression; // => value`. */
export function claimsIn({ code }: Example): number {
  return [...code.matchAll(CLAIM)].length;
}

const CLAIM = /^(\S.*); \/\/ => (.+)$/gm;

/** Runs an example. Its imports go to `load`, its claims to `claim`, and the names in `given` are there without an import. */
export async function runExample(
  { code }: Example,
  given: Record<string, unknown>,
  load: (name: string) => Promise<unknown>,
  claim: (actual: unknown, expected: unknown) => void,
): Promise<void> {
  const claims = code.replace(CLAIM, "claim(($1), ($2));");
  const body = transformSync(claims, { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }).code;
  const loading = body.replace(
    /^import \{(.*?)\} from "(.+?)";$/gms,
    (_all, names: string, name: string) => `const {${names.replace(/ as /g, ": ")}} = await load("${name}");`,
  );
  const names = Object.keys(given);
  // The examples are the project's own.
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => Promise<void>;
  await new AsyncFunction("load", "claim", ...names, loading)(load, claim, ...names.map((name) => given[name]));
}
