import { costOfUsage, type Cost, type CostOptions, type CostQuery } from "./cost.js";
import type { DeclaredPricing } from "./declared.js";
import type { UsageLike } from "./usage_buckets.js";

/** What of a message decides its cost: any LangChain `AIMessage` has it. */
export interface PricedMessage {
  usage_metadata?: UsageLike;
  response_metadata?: Record<string, unknown>;
}

/** What the message cannot say. */
export interface CostOfOptions extends CostOptions {
  /** The day of the call. @default now */
  at?: Date;
  /** For messages that do not name their provider. @default "fireworks" */
  provider?: string;
  /** For messages that do not name their model, or were priced by another name. */
  model?: string;
  batch?: boolean;
  /** How long the call took, in seconds; needed where GPU hours are declared. */
  seconds?: number;
}

/**
 * What one message cost: its usage, priced by the model that served it. A pure function of message, date and table, so
 * it can be asked again with a newer table. Never throws.
 * @example
 * const message = {
 *   usage_metadata: { input_tokens: 1000, output_tokens: 500, total_tokens: 1500 },
 *   response_metadata: { model_provider: "fireworks", model_name: "accounts/fireworks/models/kimi-k3" },
 * };
 * costOf(message).totalUsd; // "0.0105"
 */
export function costOf(message: PricedMessage, options: CostOfOptions = {}): Cost {
  const metadata = message?.response_metadata ?? {};
  const facts = asRecord(metadata.metered);
  const served = textOf(metadata.model_name) ?? textOf(metadata.model);
  const query: CostQuery = {
    provider: textOf(metadata.model_provider) ?? options.provider ?? "fireworks",
    model: options.model ?? textOf(facts.requested_model) ?? served ?? "",
    servedModel: options.model === undefined ? served : undefined,
    at: options.at,
    serviceTier: textOf(metadata.service_tier),
    batch: options.batch,
    seconds: options.seconds,
    isPrivateHost: typeof facts.private_host === "boolean" ? facts.private_host : undefined,
    host: textOf(facts.host),
    // Checked by costOfUsage, which takes whatever the user wrote.
    declared: facts.pricing as DeclaredPricing | undefined,
  };
  return costOfUsage(message?.usage_metadata, query, options);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
