import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { main } from "../../src/cli/main.js";

/** A line of any of the lists, as far as it is looked at by name. */
interface Line {
  name: string;
  namePattern: string;
}

const directory = mkdtempSync(join(tmpdir(), "price-lists-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function run(...argv: string[]): Promise<{ code: number; lines: Line[]; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const code = await main(["price", ...argv, "--at", "2026-11-20"], io);
  return { code, lines: out.map((line) => JSON.parse(line) as Line), err: err.join("\n") };
}

const KIMI = "accounts/fireworks/models/kimi-k3";
const CALLED = "(?:(?:fireworks-ai|fireworks_ai|fireworksai|fireworks)/)?";
const PATTERN = `^${CALLED}(?:(?:accounts/fireworks/)?models/)?kimi-k3$`;

describe("price --format", () => {
  it("phoenix writes the input of its mutation", async () => {
    expect(await run("kimi-k3", "--format", "phoenix")).toEqual({
      code: 0,
      err: "",
      lines: [
        {
          name: KIMI,
          provider: "fireworks",
          namePattern: PATTERN,
          costs: [
            { tokenType: "input", costPerMillionTokens: 3, kind: "PROMPT" },
            { tokenType: "cache_read", costPerMillionTokens: 0.3, kind: "PROMPT" },
            { tokenType: "output", costPerMillionTokens: 15, kind: "COMPLETION" },
          ],
        },
      ],
    });
  });

  it("langfuse writes a model with a price for each kind of usage that its handler sends", async () => {
    const { lines } = await run(KIMI, "--format", "langfuse");
    expect(lines).toEqual([
      {
        modelName: KIMI,
        matchPattern: `(?i)${PATTERN}`,
        startDate: "2026-07-27T00:00:00Z",
        unit: "TOKENS",
        pricingTiers: [
          {
            name: "Standard",
            isDefault: true,
            priority: 0,
            conditions: [],
            prices: {
              input: 0.000003,
              input_cache_read: 0.0000003,
              input_cached_tokens: 0.0000003,
              output: 0.000015,
              output_reasoning: 0.000015,
            },
          },
        ],
      },
    ]);
  });

  it("langsmith writes entries of its price map", async () => {
    const { lines } = await run(KIMI, "--format", "langsmith");
    expect(lines).toEqual([
      {
        name: KIMI,
        provider: "fireworks",
        match_path: ["model", "model_name", "model_id", "model_path", "endpoint_name"],
        match_pattern: PATTERN,
        prompt_cost: 0.000003,
        completion_cost: 0.000015,
        prompt_cost_details: { cache_read: 0.0000003 },
        completion_cost_details: { reasoning: 0.000015 },
        start_time: "2026-07-27T00:00:00Z",
      },
    ]);
  });

  it("litellm writes one file of entries", async () => {
    const { lines } = await run("kimi-k3", "qwen3-embedding-8b", "--format", "litellm");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      [`fireworks_ai/${KIMI}`]: {
        input_cost_per_token: 0.000003,
        output_cost_per_token: 0.000015,
        cache_read_input_token_cost: 0.0000003,
        litellm_provider: "fireworks_ai",
        mode: "chat",
      },
      "fireworks_ai/accounts/fireworks/models/qwen3-embedding-8b": { mode: "embedding" },
    });
  });
});

describe("the pattern of a model", () => {
  it.each([
    "kimi-k2p6",
    "kimi-k2.6",
    "models/kimi-k2p6",
    "fireworks/kimi-k2p6",
    "accounts/fireworks/models/kimi-k2p6",
    "fireworks_ai/accounts/fireworks/models/kimi-k2p6",
  ])("matches %s", async (spelling) => {
    const { lines } = await run("kimi-k2.6", "--format", "phoenix");
    expect(new RegExp(lines[0]?.namePattern ?? "").test(spelling)).toBe(true);
  });

  it("matches no other model of the table, whose list has each but once", async () => {
    const { lines, code } = await run("--format", "phoenix");
    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThan(50);
    for (const { namePattern } of lines) {
      const pattern = new RegExp(namePattern);
      expect(lines.filter(({ name }) => pattern.test(name))).toHaveLength(1);
    }
    const names = lines.map(({ name }) => name);
    for (const other of ["cerebras/kimi-k3", "kimi-k3-fast", "xkimi-k3", "accounts/acme/models/kimi-k3"])
      expect([other, new RegExp(PATTERN).test(other)]).toEqual([other, false]);
    expect(names).toContain(KIMI);
  });

  it("takes signs of an id as they are, and amounts as they are written", async () => {
    const table = join(directory, "table.json");
    const row = { provider: "acme", model: "a.b+c", inputUsdPerMillion: "0.07", outputUsdPerMillion: "0.1" };
    writeFileSync(table, JSON.stringify([row]));
    const { lines } = await run("--format", "langsmith", "--provider", "acme", "--table", table);
    expect(lines).toMatchObject([{ match_pattern: "^a\\.b\\+c$", prompt_cost: 7e-8, completion_cost: 1e-7 }]);
    expect(JSON.stringify(lines[0])).toContain('"prompt_cost":7e-8,"completion_cost":1e-7');
  });
});

describe("what has no price", () => {
  it("is left out, and named on the error stream", async () => {
    const { code, lines, err } = await run("kimi-k3", "nope", "--format", "langfuse");
    expect([code, lines.length]).toEqual([0, 1]);
    expect(err).toContain("  nope: no row names this model");
  });

  it("is a failure where nothing is left", async () => {
    expect(await run("nope", "--format", "litellm")).toMatchObject({ code: 1, lines: [] });
  });

  it("a format that does not exist is refused", async () => {
    const { code, err } = await run("kimi-k3", "--format", "datadog");
    expect(code).toBe(2);
    expect(err).toContain("There is no format `datadog`. Write one of `phoenix`, `langfuse`, `langsmith`, `litellm`.");
  });
});

it("the page of prices shows what the command writes", async () => {
  const page = readFileSync(new URL("../../docs/pricing.md", import.meta.url), "utf8");
  const [, command = "", shown = ""] =
    /langchain-metered price (.* --format .*)\n```\n\n```json\n([^]*?)```/.exec(page) ?? [];
  expect((await run(...command.split(" "))).lines).toEqual([JSON.parse(shown)]);
});
