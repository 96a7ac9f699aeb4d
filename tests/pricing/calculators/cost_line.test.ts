import { describe, expect, it } from "@jest/globals";
import { parseUsd } from "../../../src/base/money.js";
import { formatCostLine, pythonFixed } from "../../../src/pricing/calculators/cost_line.js";

const line = (total: string, current: string | undefined, budget?: string): string =>
  formatCostLine({
    totalPico: parseUsd(total),
    currentPico: current === undefined ? undefined : parseUsd(current),
    budgetPico: budget === undefined ? undefined : parseUsd(budget),
    promptTokens: 500_000,
    completionTokens: 500_000,
  });

describe("formatCostLine", () => {
  it.each([
    [
      "0.5",
      "0.5",
      "10",
      "Total running cost: $0.5000 | Max budget: $10.000 | Current cost: $0.5000, prompt_tokens: 500000, completion_tokens: 500000",
    ],
    [
      "0.03125",
      "0.03125",
      "10",
      "Total running cost: $0.0312 | Max budget: $10.000 | Current cost: $0.0312, prompt_tokens: 500000, completion_tokens: 500000",
    ],
    [
      "0.0024514",
      "0.00005",
      "0.0625",
      "Total running cost: $0.0025 | Max budget: $0.062 | Current cost: $0.0001, prompt_tokens: 500000, completion_tokens: 500000",
    ],
    [
      "0",
      "0",
      "0",
      "Total running cost: $0.0000 | Max budget: $0.000 | Current cost: $0.0000, prompt_tokens: 500000, completion_tokens: 500000",
    ],
    [
      "1",
      "1",
      undefined,
      "Total running cost: $1.0000 | Current cost: $1.0000, prompt_tokens: 500000, completion_tokens: 500000",
    ],
    [
      "1",
      undefined,
      undefined,
      "Total running cost: $1.0000 | Current cost: unpriced, prompt_tokens: 500000, completion_tokens: 500000",
    ],
  ])("total %s, call %p, budget %p", (total, current, budget, expected) => {
    expect(line(total, current, budget)).toBe(expected);
  });
});

describe("pythonFixed", () => {
  // What CPython 3.11 prints for f"{value:.{digits}f}".
  it.each([
    [0.03125, 4, "0.0312"],
    [0.09375, 4, "0.0938"],
    [0.00005, 4, "0.0001"],
    [0.00015, 4, "0.0001"],
    [0.5, 3, "0.500"],
    [0.0625, 3, "0.062"],
    [0.1875, 3, "0.188"],
    [2.675, 2, "2.67"],
    [1234567.00625, 4, "1234567.0063"],
    [0, 4, "0.0000"],
    [1e-9, 4, "0.0000"],
    [999.99995, 4, "1000.0000"],
  ])("%p to %i digits", (value, digits, text) => {
    expect(pythonFixed(value, digits)).toBe(text);
  });
});
