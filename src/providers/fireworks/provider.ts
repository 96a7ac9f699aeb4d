import { merged } from "../../base/merged.js";
import { ServerError } from "../../base/errors.js";
import { gathered } from "../../models/exchange.js";
import { completionsProvider, streamCompletion, toCompletionParams } from "../../models/completions.js";
import { admittedParams, type Provider } from "../../models/provider.js";
import { toTags } from "./annotations.js";
import {
  explainFireworks,
  FIREWORKS_ADDRESSES,
  FIREWORKS_BASE_URL,
  FIREWORKS_DIALECT,
  FIREWORKS_SERVER,
  wantsStream,
} from "./dialect.js";
import { fullModelId, modelIdOn } from "./ids.js";
import { unpackKwargs } from "./kwargs.js";
import { FIREWORKS_OPTIONS } from "./options.js";
import { fireworksProfile } from "./profiles.js";

const service = completionsProvider({
  name: "fireworks",
  title: FIREWORKS_SERVER,
  keyVariable: "FIREWORKS_API_KEY",
  baseURL: FIREWORKS_BASE_URL,
  addressVariables: FIREWORKS_ADDRESSES,
  exampleModel: "accounts/fireworks/models/minimax-m3p1-flash",
  options: FIREWORKS_OPTIONS,
  instead: {
    verbosity: "Write `modelKwargs: { verbosity }`, where the model knows the field.",
    reasoning: "Write `reasoningEffort`, or `thinking` with a budget.",
    extraBody: "Fields that have no option go into `modelKwargs`.",
  },
  otherFields: "Fields of the request that have no option go into `modelKwargs`.",
  dialect: FIREWORKS_DIALECT,
  explain: explainFireworks,
  profile: ({ model }) => fireworksProfile(fullModelId(model)),
});

/** Fireworks AI. */
export const fireworks: Provider = {
  ...service,
  unpack: unpackKwargs,

  toParams(asked) {
    const { ofModel, ofCall } = asked;
    const params = toCompletionParams(this, merged(asked, { model: modelIdOn(asked.host, asked.model) }));
    return Object.assign(params, ofModel.modelKwargs, ofCall.modelKwargs);
  },

  outputLimit: ({ maxTokens, maxCompletionTokens }) => (maxTokens ?? maxCompletionTokens) as number | undefined,

  limitOutput: (params, tokens) =>
    params.max_completion_tokens === undefined
      ? { ...params, max_tokens: tokens }
      : { ...params, max_completion_tokens: tokens },

  facts: ({ serviceTier }) => (typeof serviceTier === "string" ? { service_tier: serviceTier } : {}),

  tags: (settled) => toTags(settled.annotations),

  async whole(call, model) {
    try {
      return await service.whole.call(this, call, model);
    } catch (error) {
      const mustStream = ServerError.isInstance(error) && error.status === 400 && wantsStream(error.message);
      if (!mustStream || model.settled.streaming !== "auto") throw error;
    }
    return gathered(call, streamCompletion(call, model, admittedParams(call, this, model), service.api));
  },
};
