import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { glmCall } from "../bill/bills.js";
import { docExamples, runExample } from "../support/doc_examples.js";

it("the example of docs/reconcile.md says what it says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reconcile-"));
  const path = join(folder, "usage.jsonl");
  writeFileSync(path, `${JSON.stringify(glmCall("2026-09-01"))}\n`);
  const [example, ...others] = docExamples("docs/reconcile.md");
  const said: string[] = [];
  const code = (example?.code ?? "")
    .replace("usage.jsonl", path)
    .replace(/^(\S.*); \/\/ => (.*)$/gm, (_, value: string, expected: string) => {
      said.push(expected);
      return `console.log(${value});`;
    });
  const printed: unknown[] = [];
  try {
    await runExample({ title: "", code }, (value) => printed.push(value));
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(printed).toEqual(said.map((text): unknown => JSON.parse(text)));
  expect([said.length, others]).toEqual([2, []]);
});
