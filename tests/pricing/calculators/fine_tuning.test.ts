import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { fineTuningCost, type FineTuningQuery } from "../../../src/pricing/calculators/fine_tuning.js";

const MILLION = 1_000_000;

describe("fineTuningCost", () => {
  it.each<[Omit<FineTuningQuery, "tokens">, string, string | undefined]>([
    [{ model: "accounts/fireworks/models/qwen3-8b" }, "2026-11-20", "0.5"],
    [{ model: "qwen3-8b", epochs: 3 }, "2026-11-20", "1.5"],
    [{ model: "qwen3-8b", method: "lora-dpo" }, "2026-11-20", "1"],
    [{ model: "qwen3-8b", method: "full-sft" }, "2026-11-20", "1"],
    [{ model: "qwen3-8b", method: "full-dpo" }, "2026-11-20", "2"],
    [{ model: "llama-v3p3-70b-instruct" }, "2026-11-20", "3"],
    [{ model: "gpt-oss-120b", method: "full-sft" }, "2026-11-20", "12"],
    [{ model: "qwen3-235b-a22b" }, "2026-11-20", "6"],
    [{ model: "deepseek-v3p1", method: "full-dpo" }, "2026-11-20", "40"],
    [{ model: "kimi-k2-instruct" }, "2026-11-20", "10"],
    [{ model: "llama-v3p1-405b-instruct" }, "2026-11-20", "10"],
    [{ model: "mystery", parametersB: 16 }, "2026-11-20", "0.5"],
    [{ model: "mystery", parametersB: 16.05 }, "2026-11-20", "3"],
    [{ model: "mystery", parametersB: 80 }, "2026-11-20", "3"],
    [{ model: "mystery", parametersB: 300 }, "2026-11-20", "6"],
    [{ model: "mystery" }, "2026-11-20", undefined],
    [{ model: "deepseek-r1" }, "2025-08-20", "10"],
    [{ model: "deepseek-v3-0324" }, "2025-08-20", "10"],
    [{ model: "llama-v3p3-70b-instruct" }, "2025-08-20", "3"],
    [{ model: "qwen3-8b" }, "2025-08-20", "0.5"],
    [{ model: "qwen3-235b-a22b" }, "2025-08-20", undefined],
    [{ model: "qwen3-8b", method: "lora-dpo" }, "2025-08-20", undefined],
    [{ model: "qwen3-8b", method: "full-sft" }, "2026-02-13", undefined],
    [{ model: "qwen3-8b" }, "2024-01-01", undefined],
  ])("a million tokens of %j on %s", (query, day, totalUsd) => {
    const cost = fineTuningCost({ ...query, tokens: MILLION, at: new Date(day) });
    expect(cost.totalUsd).toBe(totalUsd);
    expect(cost.status).toBe(totalUsd === undefined ? "unpriced" : "priced");
  });

  it("has no price at what is not a date", () => {
    expect(fineTuningCost({ model: "qwen3-8b", tokens: 1, at: new Date("soon") })).toMatchObject({
      status: "unpriced",
      reason: "the date of the job is not a date",
    });
    expect(fineTuningCost({ model: "qwen3-8b", tokens: MILLION, at: "2026-11-20" }).totalUsd).toBe("0.5");
  });

  it("counts tokens times epochs, and names its row", () => {
    expect(fineTuningCost({ model: "qwen3-8b", tokens: 123_457, epochs: 3, at: new Date("2026-10-31") })).toMatchObject(
      {
        trainingTokens: 370_371,
        totalUsd: "0.1851855",
        row: "fireworks/tuning-16b@2026-10-01",
        ageDays: 30,
      },
    );
  });

  it.each([
    ["2026-11-14", 0],
    ["2026-11-15", 1],
  ])("on %s warns %i times that no job can be started", (at, count) => {
    const { totalUsd, warnings } = fineTuningCost({ model: "qwen3-8b", tokens: MILLION, at });
    expect({ totalUsd, warnings: warnings.length }).toEqual({ totalUsd: "0.5", warnings: count });
  });

  it.each([
    ["tokens", { tokens: -1 }],
    ["tokens", { tokens: 1.5 }],
    ["epochs", { epochs: 0 }],
  ])("refuses a wrong %s: %j", (option, wrong) => {
    const cost = () => fineTuningCost({ model: "qwen3-8b", tokens: 1, ...wrong });
    expect(cost).toThrow(ConfigurationError);
    expect(cost).toThrow(expect.objectContaining({ option }));
  });
});
