import type { LedgerEntry } from "../../src/ledger/entry.js";
import { formatUsd, parseUsd } from "../../src/base/money.js";
import { cost, entry } from "../ledger/entries.js";

let made = 0;

/** A call of Fireworks' GLM 5.2 (1.40 in, 0.14 cached, 4.40 out), priced as the table does. */
export function glmCall(
  day: string,
  more: Partial<LedgerEntry> & { cached?: number; input?: number; output?: number } = {},
): LedgerEntry {
  const { cached = 400_000, input = 1_000_000, output = 100_000, ...fields } = more;
  return tableCall(
    day,
    "accounts/fireworks/models/glm-5p2",
    "fireworks/glm-5p2@2026-07-01",
    ["1.4", "0.14", "4.4"],
    [input, cached, output],
    fields,
  );
}

/** A call of Fireworks' Kimi K3 (3, 0.30, 15). */
export function kimiCall(
  day: string,
  more: Partial<LedgerEntry> & { cached?: number; input?: number; output?: number } = {},
): LedgerEntry {
  const { cached = 0, input = 100_000, output = 20_000, ...fields } = more;
  return tableCall(
    day,
    "accounts/fireworks/models/kimi-k3",
    "fireworks/kimi-k3@2026-07-27",
    ["3", "0.3", "15"],
    [input, cached, output],
    fields,
  );
}

function tableCall(
  day: string,
  model: string,
  row: string,
  [inputRate, cachedRate, outputRate]: [string, string, string],
  [input, cached, output]: [number, number, number],
  more: Partial<LedgerEntry>,
): LedgerEntry {
  const part = (tokens: number, usdPerMillion: string) => ({
    tokens,
    usdPerMillion,
    usd: formatUsd((parseUsd(usdPerMillion) * BigInt(tokens)) / 1_000_000n),
  });
  const components = {
    input: part(input - cached, inputRate),
    ...(cached > 0 ? { cachedInput: part(cached, cachedRate) } : {}),
    output: part(output, outputRate),
  };
  const usd = formatUsd(Object.values(components).reduce((sum, one) => sum + parseUsd(one.usd), 0n));
  made += 1;
  return entry({
    id: `call-${made}`,
    runId: `run-${made}`,
    provider: "fireworks",
    modelRequested: model,
    modelServed: model,
    usage: { inputTokens: input, outputTokens: output, cachedInputTokens: cached, source: "server" },
    startedAt: `${day}T11:59:58.000Z`,
    endedAt: `${day}T12:00:00.000Z`,
    cost: cost(usd, { components, row, basis: "exact" }),
    ...more,
  });
}

/** `usage_costs.csv` of so many dollars by day and model. */
export function usageCosts(...lines: readonly (readonly [day: string, model: string, usd: string])[]): string {
  const rows = lines.map(([day, model, usd]) => {
    const [whole = "0", fraction = ""] = usd.split(".");
    return `my-account,${day},model,${model},${whole}.${fraction.padEnd(9, "0")},USD`;
  });
  return ["account_id,date,group_by_dimension,group_by_value,subtotal_usd,currency", ...rows, ""].join("\n");
}
