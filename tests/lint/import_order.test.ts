import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { renderImportRules } from "../../scripts/lint/import_rules.js";
import { entries, forbiddenFiles, forbiddenPackages, rooms } from "../../scripts/lint/rooms.js";

/** What a room may be seen to import: the other rooms, single files, entry points and packages. */
const targets: Record<string, string> = {
  ...Object.fromEntries(Object.entries(rooms).map(([name, { file }]) => [name, `src/${file ?? `${name}/thing`}.js`])),
  ...Object.fromEntries(forbiddenFiles.map(({ file }) => [file, `src/${file}.js`])),
  ...Object.fromEntries(entries.map((entry) => [`entry ${entry}`, `src/${entry}.js`])),
  ...Object.fromEntries(forbiddenPackages.flatMap(({ packages }) => packages.map((name) => [`package ${name}`, name]))),
};
const forms: Record<string, (specifier: string) => string> = {
  static: (specifier) => `import "${specifier}";`,
  type: (specifier) => `export type { T } from "${specifier}";`,
  lazy: (specifier) => `void import("${specifier}");`,
};

const folder = mkdtempSync(join(tmpdir(), "import-order-"));
let refused: Set<string>;

/** Where a room's probes are: in the room itself, and in a folder of it. */
function probesOf(room: string, form: string): string[] {
  const file = rooms[room]?.file;
  return file === undefined ? [`src/${room}/${form}.ts`, `src/${room}/deeper/${form}.ts`] : [`${form}/src/${file}.ts`];
}

function lines(probe: string, form: string): string {
  const from = dirname(probe.slice(probe.indexOf("src/")));
  const specifiers = Object.values(targets).map((to) => {
    if (!to.startsWith("src/")) return to;
    const path = relative(from, to);
    return path.startsWith(".") ? path : `./${path}`;
  });
  return specifiers.map((specifier) => forms[form]?.(specifier)).join("\n");
}

/** What the table lets a room import. */
function allowed(room: string): string[] {
  const isOpen = ({ rooms: shut }: { rooms: readonly string[] }) => !shut.includes(room);
  const imports = rooms[room]?.imports ?? [];
  const files = forbiddenFiles.filter((rule) => isOpen(rule) && imports.includes("base"));
  const packages = forbiddenPackages.filter(isOpen).flatMap((rule) => rule.packages);
  return [...imports, ...files.map(({ file }) => file), ...packages.map((name) => `package ${name}`)];
}

interface Report {
  diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
}

beforeAll(() => {
  const config = readFileSync(".oxlintrc.json", "utf8").replace('"typeAware": true', '"typeAware": false');
  writeFileSync(join(folder, ".oxlintrc.json"), config);
  mkdirSync(join(folder, "scripts/lint"), { recursive: true });
  writeFileSync(join(folder, "scripts/lint/import_rules.json"), readFileSync("scripts/lint/import_rules.json"));
  for (const room of Object.keys(rooms)) {
    for (const form of Object.keys(forms)) {
      for (const probe of probesOf(room, form)) {
        const file = join(folder, probe);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, lines(probe, form));
      }
    }
  }
  const oxlint = resolve("node_modules/oxlint/bin/oxlint");
  const run = spawnSync(process.execPath, [oxlint, "-f", "json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 27,
  });
  const report = JSON.parse(run.stdout) as Report;
  const imports = report.diagnostics.filter(({ code }) => code === "eslint(no-restricted-imports)");
  refused = new Set(imports.map(({ filename, labels }) => `${filename}:${labels[0]?.span.line}`));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the linter's rules are those of the table", () => {
  expect(readFileSync("scripts/lint/import_rules.json", "utf8")).toBe(renderImportRules());
});

it("the table knows every folder of src/, and no other", () => {
  const folders = readdirSync("src", { withFileTypes: true, recursive: true })
    .filter((found) => found.isFile() && found.parentPath !== "src")
    .map(({ parentPath }) => relative("src", parentPath));
  const known = Object.keys(rooms).filter((room) => rooms[room]?.file === undefined);
  const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`);
  expect(folders.filter((path) => !known.some((room) => isIn(path, room)))).toEqual([]);
  expect(known.filter((room) => !folders.some((path) => isIn(path, room)))).toEqual([]);
});

it("no room imports one above it, and none in a circle", () => {
  const names = Object.keys(rooms);
  const reached = (room: string, seen = new Set<string>()): Set<string> => {
    for (const below of rooms[room]?.imports ?? []) if (!seen.has(below)) reached(below, seen.add(below));
    return seen;
  };
  expect(names.filter((room) => reached(room).has(room))).toEqual([]);
});

describe.each(Object.keys(forms))("imports go one way: %s", (form) => {
  it.each(Object.keys(rooms))("from %s", (room) => {
    for (const probe of probesOf(room, form)) {
      const passed = Object.keys(targets).filter((_, index) => !refused.has(`${probe}:${index + 1}`));
      const own = [room, ...(room === "base" ? ["base/money"] : [])];
      expect(passed.filter((to) => !own.includes(to)).sort()).toEqual(
        allowed(room)
          .filter((to) => to in targets)
          .sort(),
      );
    }
  });
});
