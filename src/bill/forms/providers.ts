import { fieldsOf, itemsOf, type Json } from "../../base/json.js";
import { formatUsd } from "../../base/money.js";
import { billAmount } from "../amount.js";
import type { BillLine } from "../bill_line.js";
import { countIn, dayIn, requireUsd, textIn, usdIn } from "../fields.js";
import type { BillForm } from "./form.js";

/**
 * OpenRouter's activity, as its API and its page export it: by day, or one row for each answer. What one's own key cost elsewhere
 * is part of it, as it is in the ledger.
 */
export const openRouter: BillForm = {
  format: "openrouter",
  provider: "openrouter",
  columns: [
    ["date", "model", "usage", "requests"],
    ["generation_id", "created_at", "cost_total"],
  ],
  read(fields) {
    const isCall = Object.hasOwn(fields, "generation_id");
    const [usage, elsewhere] = [
      usdIn(fields, isCall ? "cost_total" : "usage"),
      billAmount(fields.byok_usage_inference) ?? 0n,
    ];
    const permanent = textIn(fields, "model_permaslug");
    const line: BillLine = {
      day: dayIn(fields, isCall ? "created_at" : "date"),
      model: textIn(fields, "model") ?? permanent,
      otherName: permanent,
      usd: formatUsd((billAmount(usage) ?? 0n) + elsewhere),
      inputTokens: countIn(fields, isCall ? "tokens_prompt" : "prompt_tokens"),
      outputTokens: countIn(fields, isCall ? "tokens_completion" : "completion_tokens"),
      requests: isCall ? 1 : countIn(fields, "requests"),
    };
    return [{ ...line, responseId: textIn(fields, "generation_id") }];
  },
};

/** A bucket of OpenAI's `GET /v1/organization/costs`. Models are named where it is grouped by `line_item`. */
export const openAI: BillForm = {
  format: "openai",
  provider: "openai",
  columns: [["start_time", "results"]],
  read(fields) {
    const day = dayIn(fields, "start_time");
    return itemsOf(fields.results)
      .map(fieldsOf)
      .map(({ amount, line_item }) => {
        const { value, currency } = fieldsOf(amount);
        requireUsd(currency);
        return { day, model: lineItemModel(line_item), usd: usdIn({ "amount.value": value }, "amount.value") };
      });
  },
};

/** The model in `gpt-4o-2024-08-06, cached input`; none in what is charged for a tool. */
function lineItemModel(item: unknown): string | undefined {
  if (typeof item !== "string") return undefined;
  const name = item.replace(/, [^,]*$/, "");
  return name !== item || /^[\w.:-]+$/.test(name) ? name : undefined;
}

/** A bucket of Anthropic's `GET /v1/organizations/cost_report`: amounts are cents. */
export const anthropic: BillForm = {
  format: "anthropic",
  provider: "anthropic",
  columns: [["starting_at", "results"]],
  read(fields) {
    const day = dayIn(fields, "starting_at");
    return itemsOf(fields.results)
      .map(fieldsOf)
      .map((result) => {
        requireUsd(result.currency);
        return { day, model: textIn(result, "model"), usd: usdIn(result, "amount", 2) };
      });
  },
};

/** LiteLLM's table `LiteLLM_SpendLogs`: one row for each call. */
export const liteLLM: BillForm = {
  format: "litellm",
  columns: [["request_id", "spend", "startTime"]],
  read: (fields) => [spendLine(fields)],
};

function spendLine(fields: Readonly<Json>): BillLine {
  return {
    day: dayIn(fields, "endTime", "startTime"),
    model: textIn(fields, "model") ?? textIn(fields, "model_group"),
    otherName: textIn(fields, "model_group"),
    provider: textIn(fields, "custom_llm_provider"),
    usd: usdIn(fields, "spend"),
    inputTokens: countIn(fields, "prompt_tokens"),
    outputTokens: countIn(fields, "completion_tokens"),
    requests: 1,
    responseId: textIn(fields, "request_id"),
  };
}
