import { describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import { costOf, priceOf } from "../../../src/callbacks.js";
import { fromGenaiPrices, genaiPrices, type GenaiPrices } from "../../../src/genai_prices.js";

const at = new Date("2026-10-01T12:00:00Z");

describe("genaiPrices", () => {
  it.each([
    ["openai", "gpt-4o", "2.5", "10"],
    ["anthropic", "claude-sonnet-4-5-20250929", "3", "15"],
    ["amazon_bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3", "16.5"],
    ["google_genai", "gemini-2.5-flash", "0.3", "2.5"],
    ["google_vertexai", "gemini-2.5-pro", "1.25", "10"],
    ["mistral", "mistral-large-2512", "0.5", "1.5"],
    ["mistralai", "mistral-large-2512", "0.5", "1.5"],
    ["groq", "openai/gpt-oss-120b", "0.15", "0.6"],
    ["xai", "grok-4", "3", "15"],
    ["azure_openai", "gpt-4o", "2.5", "10"],
    ["cloudflare", "@cf/meta/llama-3.2-3b-instruct", "0.051", "0.335"],
  ])(
    "prices models of %s by LangChain's name for it: %s",
    (provider, model, inputUsdPerMillion, outputUsdPerMillion) => {
      const price = priceOf(model, { table: genaiPrices, provider, at });
      expect(price).toMatchObject({
        basis: "exact",
        inputUsdPerMillion,
        outputUsdPerMillion,
        source: "@pydantic/genai-prices",
      });
    },
  );

  it("knows the hours of the day at which a model costs less", () => {
    const model = "deepseek-chat";
    const price = (hour: string) =>
      priceOf(model, { table: genaiPrices, provider: "deepseek", at: new Date(`2025-05-01T${hour}Z`) });
    expect(price("12:00:00").inputUsdPerMillion).toBe("0.27");
    expect(price("20:00:00").inputUsdPerMillion).toBe("0.135");
  });

  it("says how old its data is, so that an age can be asked for", () => {
    const message = new AIMessage({
      content: "",
      usage_metadata: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
      response_metadata: { model_provider: "openai", model_name: "gpt-4o" },
    });
    const options = { table: genaiPrices, maxAgeDays: 90 };
    const old = costOf(message, { ...options, at: "2099-01-01" });
    expect(old.checkedOn).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(old.warnings).toEqual([expect.stringMatching(/days? before the call/)]);
    expect(costOf(message, { ...options, at: old.checkedOn ?? "" }).warnings).toEqual([]);
  });

  it("takes the day of its data from who knows it better", async () => {
    const genai: GenaiPrices = await import("@pydantic/genai-prices");
    const table = fromGenaiPrices(genai, { checkedOn: "2026-09-30" });
    expect(priceOf("gpt-4o", { table, provider: "openai", at })).toMatchObject({ checkedOn: "2026-09-30", ageDays: 1 });
  });

  it("reads prices with more digits than an amount has", () => {
    const model_price = { input_mtok: 0.18000000000000002, cache_write_mtok: 0.08333333333333334, output_mtok: 1e-7 };
    const table = fromGenaiPrices({ calcPrice: (_, id) => ({ model: { id }, provider: { id: "groq" }, model_price }) });
    expect(priceOf("m", { table, provider: "groq" })).toMatchObject({
      inputUsdPerMillion: "0.18",
      outputUsdPerMillion: "0.0000001",
    });
  });
});
