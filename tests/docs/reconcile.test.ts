import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { glmCall } from "../bill/bills.js";
import { testSaidExamples } from "../support/page_examples.js";

const folder = mkdtempSync(join(tmpdir(), "reconcile-"));
const path = join(folder, "usage.jsonl");
writeFileSync(path, `${JSON.stringify(glmCall("2026-09-01"))}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

testSaidExamples("docs/reconcile.md", (code) => code.replace("usage.jsonl", path));
