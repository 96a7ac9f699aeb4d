import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { anchorOf } from "../../docs/.vitepress/anchors.js";
import { pathOfAddress } from "../../docs/.vitepress/links.js";
import { userPages } from "../../scripts/docs/examples.js";
import { rooms } from "../../scripts/lint/rooms.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { tableUnder } from "../support/page_tables.js";

const read = (page: string): string => readFileSync(page, "utf8");
const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((found) => found.isFile())
    .map(({ parentPath, name }) => normalize(join(parentPath, name)));

const contributing = filesUnder("docs/contributing").filter((file) => file.endsWith(".md"));
const pages = ["CONTRIBUTING.md", "SECURITY.md", "scripts/README.md", "examples/README.md", ...contributing];

/** A page without its blocks of code, which may show what is not there. */
const prose = (page: string): string => read(page).replace(/^ *```[^]*?^ *```$/gm, "");

/** What commands write into the repository's folder, and git ignores. */
const made = read(".gitignore")
  .trim()
  .split("\n")
  .map((line) => line.replace(/\/$/, ""));

/** The paths of this repository that a page names, one for each provider where it says `<name>`. */
function pathsNamedIn(page: string): string[] {
  const named = [...prose(page).matchAll(/`((?:src|tests|scripts|docs|\.ci|\.github)\/[^\s`]*)`/g)].map(
    ([, path = ""]) => path,
  );
  const providers = readdirSync("src/providers");
  return named
    .filter((path) => !/^(src|docs)\/<name>/.test(path)) // a provider that is not there yet
    .filter((path) => !made.includes(path))
    .flatMap((path) => (path.includes("<name>") ? providers.map((name) => path.replaceAll("<name>", name)) : [path]));
}

const anchorsOf = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

const linksOf = (page: string): string[] => [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);

function brokenLinksOf(page: string): string[] {
  return linksOf(page).filter((link) => {
    const here = pathOfAddress(link);
    if (here === undefined && /^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = (here ?? link).split("#");
    const target = path === "" ? page : join(here === undefined ? dirname(page) : ".", path);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
}

const codeIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

describe.each(pages)("%s", (page) => {
  it("names only files and folders that are there", () => {
    expect(pathsNamedIn(page).filter((path) => !existsSync(path))).toEqual([]);
  });

  it("names only commands that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run ([\w:]+)/g)].map(([, script = ""]) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

it.each([...pages, ...userPages(), "CHANGELOG.md"])("the links of %s lead somewhere", (page) => {
  expect(brokenLinksOf(page)).toEqual([]);
});

it("the README links to files by their whole addresses: it is shown where no other file is", () => {
  expect(linksOf("README.md").filter((link) => !link.startsWith("https:"))).toEqual([]);
  expect(linksOf("README.md").filter((link) => pathOfAddress(link) !== undefined).length).toBeGreaterThan(20);
});

it("each promise of SECURITY.md names the tests that stand behind it", () => {
  const [, section = ""] = prose("SECURITY.md").split(/^## What the package promises$/m);
  const promises = (section.split(/^## /m)[0] ?? "").split(/^- /m).slice(1);
  expect(promises.length).toBeGreaterThan(20);
  expect(promises.filter((promise) => !/`tests\/[^`]+\.test\.ts`/.test(promise))).toEqual([]);
});

describe("the rooms of docs/contributing/architecture.md", () => {
  const listed = tableUnder("docs/contributing/architecture.md", "The rooms").map(([room = "", , imports = ""]) => ({
    room: codeIn(room).join(),
    imports: codeIn(imports).sort(),
  }));

  it("are those of the table that the linter's rules are made from, with the same imports", () => {
    expect(listed).toEqual(
      Object.entries(rooms).map(([room, { imports }]) => ({ room, imports: [...imports].sort() })),
    );
  });

  it("are the folders of src/", () => {
    const folders = new Set(filesUnder("src").map((file) => dirname(file).slice("src/".length)));
    folders.delete("");
    const isRoom = (folder: string) => listed.some(({ room }) => folder === room || folder.startsWith(`${room}/`));
    expect([...folders].filter((folder) => !isRoom(folder))).toEqual([]);
    const ofFolders = listed.filter(({ room }) => rooms[room]?.file === undefined);
    expect(ofFolders.filter(({ room }) => !existsSync(`src/${room}`))).toEqual([]);
  });
});

it("scripts/README.md has a line for each folder of scripts/", () => {
  const listed = tableUnder("scripts/README.md", "Folders").map(([folder = ""]) => codeIn(folder).join());
  const folders = readdirSync("scripts", { withFileTypes: true }).filter((found) => found.isDirectory());
  expect(listed).toEqual(folders.map(({ name }) => `scripts/${name}/`).sort());
});

it("docs/contributing/decisions/README.md has a line for each decision", () => {
  const rows = prose("docs/contributing/decisions/README.md").matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm);
  const listed = [...rows].map(([, file = ""]) => file);
  const decisions = readdirSync("docs/contributing/decisions").filter((name) => name !== "README.md");
  expect(listed.sort()).toEqual(decisions.sort());
});

it.each(docExamples("docs/contributing/testing.md"))("the example of $title runs", async ({ title, code }) => {
  // Written as for a file in a folder of tests/, and run one folder deeper.
  await runExample({ title, code: code.replaceAll('from "../', 'from "../../') }, () => undefined);
});
