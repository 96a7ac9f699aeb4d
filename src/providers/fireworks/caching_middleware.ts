import { RunnableBinding } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { createMiddleware, type AgentMiddleware } from "langchain";
import { checkOptions, type OptionChecks } from "../../base/check_options.js";
import { ConfigurationError } from "../../base/errors.js";
import { fieldsOf, nonEmpty } from "../../base/json.js";
import { methodOf, overlay } from "../../base/overlay.js";
import { sha256 } from "../../base/sha256.js";
import { areOwnFacts } from "../../seam/own_facts.js";
import type { ChatFireworks } from "./chat.js";

/** Options of `fireworksPromptCachingMiddleware`. */
export interface FireworksPromptCachingOptions {
  /** What becomes of a call to a model that is no `ChatFireworks`. `ignore`: it goes its way. @default "ignore" */
  onOtherModel?: "ignore" | "throw" | undefined;
}

const CHECKS: OptionChecks<FireworksPromptCachingOptions> = {
  onOtherModel: [(value) => value === "ignore" || value === "throw", 'Use "ignore" or "throw".'],
};

/**
 * Middleware for LangChain's `createAgent`: all calls of a thread go to where its prompt is cached. A hash of the thread's id (SHA-256 of
 * `configurable.thread_id`) goes into `prompt_cache_key` and the header `x-session-affinity`, unless the model or the request says
 * where to go by itself (`promptCacheKey`, `sessionAffinity`, `multiTurnSessionId` or `user`). Models of others never see it.
 * @throws ConfigurationError for options that cannot be; in a call, with `onOtherModel: "throw"`, for another model
 * @example
 * const agent = createAgent({ model, tools, checkpointer, middleware: [fireworksPromptCachingMiddleware()] });
 * await agent.invoke({ messages }, { configurable: { thread_id: "42" } });
 */
export function fireworksPromptCachingMiddleware(
  options: FireworksPromptCachingOptions = {},
): AgentMiddleware<undefined, undefined, unknown, readonly []> {
  checkOptions("`fireworksPromptCachingMiddleware`", options, CHECKS);
  return createMiddleware({
    name: "fireworksPromptCachingMiddleware",
    async wrapModelCall(request, handler) {
      // LangChain 1.1 does not tell middleware what its run was configured with.
      const { configurable = fieldsOf(AsyncLocalStorageProviderSingleton.getRunnableConfig()).configurable } =
        request.runtime;
      // A model that cannot be made says so when it is called, where other middleware may fall back on another one.
      const found = await madeFrom(request.model, configurable).catch(() => "unmade" as const);
      if (found === "unmade") return handler(request);
      if (found === undefined && options.onOtherModel === "throw")
        throw new ConfigurationError(
          "model",
          "The agent's model is no `ChatFireworks`, so that there is no prompt cache to go to.",
          'Take the middleware away, or let it pass such models with `onOtherModel: "ignore"`.',
        );
      const thread = nonEmpty(fieldsOf(configurable).thread_id);
      if (found === undefined || thread === undefined) return handler(request);
      if (isTold(found.model.ofModel) || isTold(found.options) || isTold(request.modelSettings))
        return handler(request);
      return handler({ ...request, model: found.with(affine(found.model, sha256(thread))) });
    },
  });
}

/** The model of ours behind what an agent has for one, what was bound to it, and the same with another model behind it. */
interface Found {
  model: ChatFireworks;
  options: Readonly<Record<string, unknown>>;
  with: (model: ChatFireworks) => ChatFireworks;
}

/**
 * @param configurable of the run: it may say which model is made
 * @returns `undefined` where there is none behind it
 */
async function madeFrom(model: unknown, configurable: unknown): Promise<Found | undefined> {
  if (isOurs(model)) return { model, options: {}, with: (other) => other };
  if (RunnableBinding.isRunnableBinding(model)) {
    const { bound, config, kwargs = {}, configFactories } = model;
    const found = await madeFrom(bound, configurable);
    if (found === undefined) return undefined;
    const wrap = (other: ChatFireworks): unknown =>
      new RunnableBinding({ bound: found.with(other), config, kwargs, configFactories });
    // An agent takes a model with options for a model.
    return {
      ...found,
      options: { ...found.options, ...config, ...kwargs },
      with: (other) => wrap(other) as ChatFireworks,
    };
  }
  // What `initChatModel` and names of models give, which makes the model when it is asked.
  const instance = typeof model === "object" && model !== null ? methodOf(model, "_getModelInstance") : undefined;
  if (instance === undefined) return undefined;
  return madeFrom(await instance.call(model, { configurable: choiceOf(model as object, configurable) }), configurable);
}

/** What of a run's configuration chooses a model: LangChain keeps the model that it made for each one, and threads have no end. */
function choiceOf(model: object, configurable: unknown): Record<string, unknown> {
  const taken = methodOf(model, "_modelParams");
  const chooses = (field: Record<string, unknown>) =>
    Object.keys(fieldsOf(taken?.call(model, { configurable: field }))).length > 0;
  return Object.fromEntries(Object.entries(fieldsOf(configurable)).filter(([key, value]) => chooses({ [key]: value })));
}

function isOurs(model: unknown): model is ChatFireworks {
  if (typeof model !== "object" || model === null || !("metadata" in model)) return false;
  return areOwnFacts(fieldsOf(model.metadata).metered) && methodOf(model, "_llmType")?.call(model) === "fireworks";
}

const TELLING = ["promptCacheKey", "sessionAffinity", "multiTurnSessionId", "user"];
const TELLING_HEADERS = new Set(["x-session-affinity", "x-multi-turn-session-id"]);

/** Whether some options say where a call is to go. */
function isTold(given: unknown): boolean {
  const options = fieldsOf(given);
  if (TELLING.some((name) => options[name] !== undefined && options[name] !== null)) return true;
  return Object.keys(fieldsOf(options.headers)).some((header) => TELLING_HEADERS.has(header.toLowerCase()));
}

/** The last one of each model: an agent calls its model many times in one thread, and other middleware knows models again. */
const last = /* @__PURE__ */ new WeakMap<ChatFireworks, { key: string; model: ChatFireworks }>();

/** The model, but for where its prompts are cached: what a call says still goes first. */
function affine(model: ChatFireworks, key: string): ChatFireworks {
  const known = last.get(model);
  if (known?.key === key) return known.model;
  const made = overlay(model, { ofModel: { ...model.ofModel, promptCacheKey: key, sessionAffinity: key } });
  last.set(model, { key, model: made });
  return made;
}
