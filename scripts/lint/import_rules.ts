/**
 * Renders the linter's import rules from the table of rooms: `npx tsx scripts/lint/import_rules.ts [--write]`. Without
 * `--write` it says whether the rules are those of the table; exit code 1 when they are not.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { entries, forbiddenFiles, forbiddenPackages, rooms, type Room } from "./rooms.js";

interface Pattern {
  regex: string;
  message: string;
}

const page = new URL("import_rules.json", import.meta.url);

/** The linter's configuration: an override for each room, the files among them last, since the last one counts. */
export function renderImportRules(): string {
  const inOrder = Object.entries(rooms).sort(
    ([, a], [, b]) => Number(a.file !== undefined) - Number(b.file !== undefined),
  );
  const overrides = inOrder.map(([name, room]) => ({
    files: [room.file === undefined ? `**/src/${name}/**` : `**/src/${room.file}.ts`],
    rules: { "no-restricted-imports": ["error", { patterns: patternsOf(name, room) }] },
  }));
  return `${JSON.stringify({ overrides }, null, 2)}\n`;
}

function patternsOf(name: string, room: Room): Pattern[] {
  const others = Object.keys(rooms).filter((other) => other !== name && !room.imports.includes(other));
  const folders = others.filter((other) => rooms[other]?.file === undefined);
  const files = others.flatMap((other) => rooms[other]?.file ?? []);
  const allowed = room.imports.length === 0 ? "itself" : `${room.imports.join(", ")} and itself`;
  const message = `${name} may import only from ${allowed}.`;
  const depth = (room.file ?? `${name}/`).split("/").length - 1;
  const patterns = folders.map((other) => ({ regex: regexOf(other, name), message }));
  // A room that is one file does not import the folder it lies in.
  if (room.file !== undefined) patterns.push({ regex: "^\\./", message });
  patterns.push(...files.map((file) => ({ regex: `^(\\.\\.?/)+(.*/)?${file}\\.js$`, message })));
  patterns.push({
    // A room may have a file of that name: an entry point is as many folders up as the room is deep.
    regex: `^(\\.\\./){${depth},}(${entries.join("|")})\\.js$`,
    message: "Entry points re-export; nothing inside imports them.",
  });
  for (const { file, rooms: shut, message: why } of forbiddenFiles) {
    if (shut.includes(name)) patterns.push({ regex: `^(\\.\\.?/)+${file}\\.js$`, message: why });
  }
  for (const { packages, rooms: shut, message: why } of forbiddenPackages) {
    if (shut.includes(name)) patterns.push({ regex: `^(${packages.join("|")})(/|$)`, message: why });
  }
  return patterns;
}

/** How a file of one room would name another: a sibling by its last name alone. */
function regexOf(other: string, from: string): string {
  const [parent, name] = other.split("/");
  if (name === undefined) return `^(\\.\\.?/)+${other}/`;
  return parent === from.split("/")[0] ? `^(\\.\\./)+(${parent}/)?${name}/` : `^(\\.\\.?/)+${other}/`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rendered = renderImportRules();
  if (process.argv.includes("--write")) writeFileSync(page, rendered);
  else if (readFileSync(page, "utf8") !== rendered) {
    process.stderr.write("scripts/lint/import_rules.json is not what rooms.ts says: run again with --write.\n");
    process.exitCode = 1;
  }
}
