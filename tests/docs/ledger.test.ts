import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { overrideEnvironment } from "../support/environment.js";
import { testSaidExamples } from "../support/page_examples.js";
import { useThousandTokens } from "../support/thousand_tokens.js";
import { usePostgres } from "../support/use_postgres.js";

useThousandTokens();
const postgres = usePostgres();
const folder = mkdtempSync(join(tmpdir(), "ledger-"));
let restore: () => void = () => undefined;

beforeAll(() => {
  const { host, port } = postgres.address;
  restore = overrideEnvironment(/^DATABASE_/, { DATABASE_URL: `postgres://postgres@${host}:${port}/postgres` });
});
afterAll(() => {
  restore();
  rmSync(folder, { recursive: true, force: true });
});

testSaidExamples("docs/ledger.md", (code) => code.replaceAll(/(usage|spill)\.jsonl/g, (name) => join(folder, name)));
