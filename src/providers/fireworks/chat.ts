import type { RunnableConfig } from "@langchain/core/runnables";
import { readFields } from "../../models/constructor_arguments.js";
import { MeteredChatModel } from "../../models/metered_chat_model.js";
import type { ChatFireworksCallOptions, ChatFireworksInput, ChatFireworksInputBesideModel } from "./options.js";
import type { FireworksModelProfile } from "./profiles.js";
import { fireworks } from "./provider.js";

/**
 * Chat models on Fireworks AI.
 *
 * @example
 * ```ts
 * const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 200 });
 * const answer = await model.invoke("What are tides?");
 * model.costs.totals.costUsd; // "0.000063"
 * ```
 */
export class ChatFireworks extends MeteredChatModel<ChatFireworksCallOptions> {
  /**
   * @param model - such as `accounts/fireworks/models/minimax-m3p1-flash`
   * @param fields - its options
   * @throws ConfigurationError for options that do not exist, and values that cannot be
   */
  constructor(model: string, fields?: ChatFireworksInputBesideModel);
  /** @param fields - its options, the model's name among them */
  constructor(fields?: ChatFireworksInput);
  constructor(modelOrFields?: string | ChatFireworksInput, more?: ChatFireworksInputBesideModel) {
    super(readFields<ChatFireworksInput>(modelOrFields, more), fireworks);
  }

  /** What the model can do, its levels of reasoning among it: as far as it is known, and on top of that as the user said. */
  override get profile(): FireworksModelProfile {
    return super.profile;
  }

  /** Whom a call is for does not change its answer. */
  override _getSerializedCacheKeyParametersForCall(
    options: ChatFireworksCallOptions & { config?: RunnableConfig },
  ): string {
    const { annotations: _, ...rest } = options;
    return super._getSerializedCacheKeyParametersForCall(rest);
  }

  static override lc_name(): string {
    return "ChatFireworks";
  }
}
