/**
 * Writes each TypeScript block of the pages for users as a file of its own, in tests/docs/generated/pages/, so that the compiler
 * sees whether a reader could compile it: `npm run typecheck` does that first.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { examplesOf, importingSources, userPages } from "./examples.js";

const folder = fileURLToPath(new URL("../../tests/docs/generated/pages", import.meta.url));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const page of userPages()) {
  const name = basename(page, ".md").toLowerCase().replaceAll("-", "_");
  for (const [position, { code }] of examplesOf(page).entries()) {
    const file = `${folder}/${name}_${position + 1}.ts`;
    writeFileSync(file, `${importingSources(code, "../../../..")}\nexport {};\n`);
  }
}
