import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

/** What each part of src/ may import besides itself: a folder stands for a module in it. */
const allowed: Record<string, string[]> = {
  errors: [],
  json: [],
  money: ["errors", "json"],
  usage: ["errors", "json"],
  transport: ["errors", "json", "usage"],
  answer: ["errors", "json", "usage", "transport"],
  openai_wire: ["errors", "json", "usage", "transport", "answer"],
  ollama_wire: ["errors", "json", "usage", "transport", "answer"],
  seam: ["errors", "json", "money", "usage"],
  chat_models: [
    "errors",
    "json",
    "usage",
    "transport",
    "answer",
    "openai_wire",
    "ollama_wire",
    "seam",
    "tally",
    "fields",
  ],
  tally: [
    "errors",
    "json",
    "usage",
    "transport",
    "answer",
    "openai_wire",
    "ollama_wire",
    "seam",
    "chat_models",
    "fields",
    "pricing",
    "ledger",
    "budget",
    "callbacks",
  ],
  pricing: ["errors", "json", "money", "seam"],
  ledger: ["errors", "json", "money", "seam", "pricing"],
  budget: ["errors", "json", "money", "seam", "pricing", "ledger"],
  callbacks: ["errors", "json", "money", "seam", "pricing", "ledger", "budget"],
  embeddings: ["errors", "json", "usage", "transport", "openai_wire", "seam", "tally", "fields"],
  cli: ["errors", "json", "money", "seam", "pricing", "ledger", "budget", "callbacks"],
};
const modules: Record<string, string> = {
  errors: "errors",
  json: "json",
  money: "money",
  fields: "chat_models/fields",
  tally: "chat_models/default_tally",
  "entry index": "index",
  "entry callbacks": "callbacks",
  "entry fireworks": "fireworks",
  "entry openllm": "openllm",
  "entry ollama": "ollama",
};
const targets = [...new Set([...Object.keys(allowed), ...Object.keys(modules)])];
const forms: Record<string, (specifier: string) => string> = {
  static: (specifier) => `import "${specifier}";`,
  type: (specifier) => `export type { T } from "${specifier}";`,
  lazy: (specifier) => `void import("${specifier}");`,
};

const folder = mkdtempSync(join(tmpdir(), "import-order-"));
let refused: Set<string>;

function probe(part: string, form: string): string {
  const module = modules[part];
  return module === undefined ? `src/${part}/${form}.ts` : `${form}/src/${module}.ts`;
}

function lines(part: string, form: string): string {
  const depth = (modules[part] ?? `${part}/x`).split("/").length - 1;
  const up = depth === 0 ? "./" : "../".repeat(depth);
  const specifiers = targets.map((to) => `${up}${modules[to] ?? `${to}/thing`}.js`);
  return specifiers.map((specifier) => forms[form]?.(specifier)).join("\n");
}

interface Report {
  diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
}

beforeAll(() => {
  const config = readFileSync(".oxlintrc.json", "utf8").replace('"typeAware": true', '"typeAware": false');
  writeFileSync(join(folder, ".oxlintrc.json"), config);
  for (const part of Object.keys(allowed)) {
    for (const form of Object.keys(forms)) {
      const file = join(folder, probe(part, form));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, lines(part, form));
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

it("knows every folder of src/", () => {
  const folders = readdirSync("src", { withFileTypes: true }).filter((found) => found.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !(name in allowed))).toEqual([]);
});

describe.each(Object.keys(forms))("imports go one way: %s", (form) => {
  it.each(Object.keys(allowed))("from %s", (part) => {
    const passed = targets.filter((_, index) => !refused.has(`${probe(part, form)}:${index + 1}`));
    expect(passed.filter((to) => to !== part).sort()).toEqual([...(allowed[part] ?? [])].sort());
  });
});
