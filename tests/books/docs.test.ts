import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { claimsIn, examplesOf, runExample } from "./doc_examples.js";
import { usePostgres } from "../support/use_postgres.js";
import { ScriptedModel } from "./scripted_model.js";

const postgres = usePostgres();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "docs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function answering(provider: string, model: string): ScriptedModel {
  const usage_metadata = { input_tokens: 1000, output_tokens: 500, total_tokens: 1500 };
  const response_metadata = { model_provider: provider, model_name: model };
  return new ScriptedModel({
    provider,
    model,
    answer: { messages: [{ content: "hi", usage_metadata, response_metadata }] },
  });
}

const given = {
  model: answering("fireworks", "accounts/fireworks/models/kimi-k3"),
  stranger: answering("elsewhere", "stranger"),
};

describe.each(["docs/costs.md", "docs/ledger.md"])("%s", (page) => {
  it.each(examplesOf(page))("$name says what is so", async (example) => {
    let claims = 0;
    const code = example.code.replaceAll(/(usage|spill)\.jsonl/g, (name) => join(folder, name));
    const load = (name: string) => import(name.replace(/^langchain-metered\/(\w+)$/, "../../src/$1.js"));
    await runExample({ ...example, code }, { ...given, pool: postgres.pool() }, load, (actual, expected) => {
      claims += 1;
      expect(actual).toEqual(expected);
    });
    expect(claims).toBe(claimsIn(example));
    expect(claims).toBeGreaterThan(0);
  });
});
