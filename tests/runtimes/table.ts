import { isMatcher, type Expected } from "./expected.js";
import type { Runtime } from "./runtimes.js";

export const MODELS = ["ChatFireworks", "ChatOpenLLM", "ChatOllamaLite"];

/** The table's columns, and the checks that stand behind each of them. */
const COLUMNS: readonly [column: string, checks: readonly string[]][] = [
  ["import", ["find one class under all entries"]],
  [
    "invoke",
    [
      "invoke",
      "invoke a model made while the module loads",
      "invoke with the runtime's own fetch as an option",
      "invoke with a password in the URL",
      "be refused",
      "be redirected",
    ],
  ],
  ["stream", ["stream", "stream slowly for longer than the idle limit", "stream events", "break off"]],
  ["tools", ["call a tool", "name a call that came without an id"]],
  ["structured output", ["answer as an object"]],
  ["`break`", ["leave a stream", "leave an event stream"]],
  ["abort", ["abort a stream", "abort before an answer"]],
  ["time-out", ["time out in a silent stream"]],
  ["refused connection", ["find nobody"]],
  [
    "costs",
    [
      "book in memory",
      "keep to a budget",
      "count tokens",
      "write a row of FOCUS",
      "compare a ledger with a bill",
      "send bytes",
    ],
  ],
];

/** What only some runtimes can do: what the check sees where it is done, and the words for where it is not. */
const ABLE: readonly [check: string, isDone: (seen: unknown) => boolean, words: string][] = [
  ["book in a file", (seen) => typeof seen === "number", "keep a ledger in a file"],
  ["track costs", (seen) => typeof seen === "object" && seen !== null && "calls" in seen, "`trackCosts`"],
  ["make a model by its name", (seen) => typeof seen === "string" && !seen.includes("Error"), "make models by name"],
  ["run an agent on a budget", (seen) => typeof seen === "object" && seen !== null && "texts" in seen, "`createAgent`"],
  ["find nobody", (seen) => typeof seen === "object" && seen !== null && "code" in seen, "say why a connection failed"],
];

/** One row of the table. */
export interface Row {
  title: string;
  version: string;
  /** One for each column but the first. */
  cells: string[];
}

/** What is seen by one model. */
type Seen = (check: string, model: string) => unknown;

/** The row of a runtime where every check sees what it must. */
export const expectedRow = (runtime: Runtime): Row => rowOf(runtime, (check) => runtime.sees[check]);

/** The row of a runtime as a run has found it. */
export function foundRow(runtime: Runtime, seen: Readonly<Record<string, Record<string, unknown>>>): Row {
  return rowOf(runtime, (check, model) => seen[check]?.[model]);
}

function rowOf({ title, version, sees }: Runtime, seen: Seen): Row {
  const cells = COLUMNS.map(([, checks]) => {
    const wrong = checks.filter((check) => !isAsExpected(check, sees, seen));
    return wrong.length === 0 ? "yes" : `no: ${wrong.join(", ")}`;
  });
  const cannot = ABLE.flatMap(([check, isDone, words]) => {
    if (!isAsExpected(check, sees, seen)) return [`${words} (unexpected)`];
    return MODELS.every((model) => isDone(seen(check, model))) ? [] : [words];
  });
  return { title, version, cells: [...cells, cannot.length === 0 ? "nothing" : cannot.join(", ")] };
}

const isAsExpected = (check: string, sees: Expected, seen: Seen): boolean =>
  MODELS.every((model) => agrees(seen(check, model), sees[check]));

/** Whether what was seen is what was expected, as jest's `toEqual` has it: a field that is `undefined` is none. */
export function agrees(seen: unknown, wanted: unknown): boolean {
  if (Object.is(seen, wanted)) return true;
  if (isMatcher(wanted)) return wanted.asymmetricMatch(seen);
  if (typeof seen !== "object" || typeof wanted !== "object" || seen === null || wanted === null) return false;
  if (Array.isArray(seen) !== Array.isArray(wanted)) return false;
  const names = new Set([...Object.keys(seen), ...Object.keys(wanted)]);
  return [...names].every((name) => agrees(Reflect.get(seen, name), Reflect.get(wanted, name)));
}

/** The table, in which versions that do the same share a row. */
export function tableOf(rows: readonly Row[]): string {
  const versions = new Map<string, Row & { versions: string[] }>();
  for (const row of rows) {
    const key = JSON.stringify([row.title, row.cells]);
    const same = versions.get(key) ?? { ...row, versions: [] };
    versions.set(key, { ...same, versions: [...new Set([...same.versions, row.version])] });
  }
  const lines = [...versions.values()].map((row) => [`${row.title} (${row.versions.join(", ")})`, ...row.cells]);
  const header = ["runtime", ...COLUMNS.map(([column]) => column), "what it cannot do"];
  return [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

const [START, END] = ["<!-- made by scripts/runtimes/run.ts -->\n", "<!-- end -->\n"];

/** A page with another table. */
export function withTable(page: string, table: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`The page has no place for the table: ${START.trim()}`);
  return `${page.slice(0, start)}${START}\n${table}\n${page.slice(end)}`;
}

/** The rows of a page's table: the runtimes without their versions, and the cells. */
export function rowsIn(page: string): { title: string; cells: string[] }[] {
  const lines = page.slice(page.indexOf(START), page.indexOf(END)).split("\n");
  return lines
    .filter((line) => line.startsWith("| "))
    .slice(2)
    .map((line) =>
      line
        .slice(2, -1)
        .split("|")
        .map((cell) => cell.trim()),
    )
    .map(([first = "", ...cells]) => ({ title: first.slice(0, first.lastIndexOf(" (")), cells }));
}
