import { describe, expect, it } from "@jest/globals";
import { costOfUsage, type CostQuery } from "../../../src/pricing/cost.js";
import { definePriceTable } from "../../../src/pricing/look_up/define_price_table.js";

const usage = { input_tokens: 1_000_000, output_tokens: 1_000_000, input_token_details: { cache_read: 500_000 } };
const costOn = (query: CostQuery) => costOfUsage(usage, { at: new Date("2026-11-21T10:00:00Z"), ...query });

describe("servers of the user's own", () => {
  it.each(["openllm", "ollama"])("%s is free on a private host, and says why", (provider) => {
    expect(costOn({ provider, model: "llama3:70b", isPrivateHost: true })).toMatchObject({
      status: "free",
      basis: "free",
      totalUsd: "0",
      reason: "a server on a loopback or private address, with no price declared",
      components: { input: { tokens: 500_000, usd: "0" }, output: { tokens: 1_000_000, usd: "0" } },
    });
  });

  it.each(["openllm", "ollama"])("%s is unpriced on a public host", (provider) => {
    expect(costOn({ provider, model: "llama3:70b", isPrivateHost: false })).toMatchObject({
      status: "unpriced",
      totalPico: undefined,
      reason: "the server is on a public host and no price is declared on the model",
    });
    expect(costOn({ provider, model: "llama3:70b" }).reason).toContain("the server's host is not known");
  });

  it("is no rule for other providers", () => {
    expect(costOn({ provider: "openai", model: "gpt-4o", isPrivateHost: true }).status).toBe("unpriced");
  });

  it("costs what the user's table says, also on a private host", () => {
    const table = definePriceTable([
      { provider: "openllm", model: "llama3:70b", inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
    ]);
    const query = { provider: "openllm", model: "LLAMA3:70b", isPrivateHost: true };
    expect(costOfUsage(usage, query, { table })).toMatchObject({ status: "priced", basis: "user", totalUsd: "3" });
  });
});

describe("Ollama's cloud", () => {
  it.each<[string, Partial<CostQuery>, string, string]>([
    ["gpt-oss:120b-cloud", { isPrivateHost: true }, "0.682", "ollama-cloud/gpt-oss:120b@2026-09-01"],
    ["glm-5.3:cloud", { isPrivateHost: true }, "5.23", "ollama-cloud/glm-5.3@2026-09-01"],
    ["GPT-OSS:120B", { isPrivateHost: false, host: "ollama.com" }, "0.682", "ollama-cloud/gpt-oss:120b@2026-09-01"],
    [
      "gpt-oss:120b",
      { isPrivateHost: false, host: "api.ollama.com:443" },
      "0.682",
      "ollama-cloud/gpt-oss:120b@2026-09-01",
    ],
    ["deepseek-v4-pro:0813-cloud", { isPrivateHost: true }, "2.321", "ollama-cloud/deepseek-v4-pro@2026-09-01"],
  ])("%s with %j", (model, where, totalUsd, row) => {
    expect(costOn({ provider: "ollama", model, ...where })).toMatchObject({
      status: "priced",
      basis: "exact",
      totalUsd,
      row,
    });
  });

  it.each([
    ["Saturday at 13", "2026-11-21T13:00:00Z", "2.321"],
    ["Sunday at 13", "2026-11-22T13:00:00Z", "2.321"],
    ["Monday at 13", "2026-11-23T13:00:00Z", "4.642"],
    ["Friday at 11:59", "2026-11-20T11:59:59Z", "2.321"],
    ["Friday at 12", "2026-11-20T12:00:00Z", "4.642"],
    ["Friday at 17:59", "2026-11-20T17:59:59Z", "4.642"],
    ["Friday at 18", "2026-11-20T18:00:00Z", "2.321"],
  ])("doubles DeepSeek's price in peak hours: %s UTC", (_, time, totalUsd) => {
    expect(costOn({ provider: "ollama", model: "deepseek-v4-pro-cloud", at: new Date(time) }).totalUsd).toBe(totalUsd);
  });

  it("had no price per token before 2026-09", () => {
    expect(costOn({ provider: "ollama", model: "gpt-oss:120b-cloud", at: new Date("2026-08-01") }).status).toBe(
      "unpriced",
    );
  });

  it("is not free for a model that its list does not name", () => {
    expect(costOn({ provider: "ollama", model: "mystery:cloud", isPrivateHost: true })).toMatchObject({
      status: "unpriced",
    });
  });

  it("does not price a public server of the same model", () => {
    expect(
      costOn({ provider: "ollama", model: "gpt-oss:120b", isPrivateHost: false, host: "notollama.com" }).status,
    ).toBe("unpriced");
  });
});
