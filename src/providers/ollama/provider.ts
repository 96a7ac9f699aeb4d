import type { AnswerDelta } from "../../answer/delta.js";
import { isObject, type Json } from "../../base/json.js";
import { sendStream, sendWhole, type Exchange } from "../../models/exchange.js";
import { fromEnvironment, requireModel, toApiKey, toText } from "../../models/constructor_arguments.js";
import { admittedParams, type Place, type Provider } from "../../models/provider.js";
import { admit } from "../../run/admission.js";
import { LazyStream } from "../../run/lazy_stream.js";
import type { ModelCall } from "../../run/model_call.js";
import { patientFetch } from "../../transport/patient_fetch.js";
import { mediaFetcher, refuseMedia } from "../../wires/ollama/fetch_media.js";
import { toOllamaMessages } from "../../wires/ollama/messages.js";
import { sentRequest } from "../../wires/ollama/metadata.js";
import { ollamaWire } from "../../wires/ollama/wire.js";
import { isMissingModel } from "./explain.js";
import { toOllamaHost } from "./hosts.js";
import { pullModel } from "./models_client.js";
import { OLLAMA_OPTIONS, type ChatOllamaLiteInput } from "./options.js";
import { offerTools, toOllamaParams } from "./params.js";
import { contextWindow, toProfile } from "./profile.js";
import { checkedStream, checkedWhole, type DueAnswer } from "./repair.js";
import type { OllamaModel } from "./server.js";

const LONGEST_SILENCE_MS = 600_000;

/** Options that `@langchain/ollama` has of older servers, and what to do with each. */
const NOT_NEEDED = Object.fromEntries(
  ["mirostat", "mirostatTau", "mirostatEta", "tfsZ", "penalizeNewline", "numa", "lowVram"]
    .concat("f16Kv", "logitsAll", "vocabOnly", "useMlock", "embeddingOnly")
    .map((option) => [option, "Leave it out: today's servers do nothing with it."]),
);

/** Ollama's native API. */
export const ollama: Provider = {
  name: "ollama",
  keyVariable: "OLLAMA_API_KEY",
  options: OLLAMA_OPTIONS,
  // That of the system that this class was first part of; Ollama's own is 0.8.
  defaults: { temperature: 0.3 },
  instead: {
    ...NOT_NEEDED,
    checkOrPullModel: "Write `pull: true`.",
    reasoning: "Write `think`.",
    reasoningEffort: "Write `think`.",
    modelKwargs: "Ollama takes no other fields: its options are those of `ChatOllamaLiteInput`.",
    extraBody: "Ollama takes no other fields: its options are those of `ChatOllamaLiteInput`.",
  },
  place,
  toParams: toOllamaParams,
  outputLimit: ({ maxTokens }) => (typeof maxTokens === "number" && maxTokens > 0 ? maxTokens : undefined),
  limitOutput: (params, tokens) => ({ ...params, options: { ...(params.options as Json), num_predict: tokens } }),
  // Ollama hands out tool calls whole, and says nothing while it makes one.
  limits: (limits) => ({
    ...limits,
    idleTimeoutMs: limits.idleTimeoutMs ?? Math.max(LONGEST_SILENCE_MS, limits.timeoutMs ?? 0),
  }),
  profile: ({ server: { facts }, settled }: OllamaModel) =>
    facts ? toProfile(facts, settled.numCtx as number | undefined) : {},

  stream(call, model: OllamaModel) {
    const { pull } = model.settled as ChatOllamaLiteInput;
    const groups = pull ? streamPulled(call, model) : streamOnce(call, model);
    const due = dueAnswer(call, model);
    return due ? checkedStream(groups, due) : groups;
  },

  async whole(call, model: OllamaModel): Promise<AnswerDelta[]> {
    const answers = await wholePulled(call, model);
    const due = dueAnswer(call, model);
    return due ? checkedWhole(answers, due) : answers;
  },
};

function place(given: { baseURL?: unknown; baseUrl?: unknown; apiKey?: unknown; model?: unknown }): Place {
  const address = {
    baseURL: toText(given.baseURL, "baseURL"),
    baseUrl: toText(given.baseUrl, "baseUrl"),
    apiKey: toApiKey(given.apiKey),
  };
  return { ...toOllamaHost(address, fromEnvironment), model: requireModel(given.model, "llama3.2") };
}

/** How a request asks once more for what did not come. */
interface Again {
  instruction: string;
  mayThink: boolean;
}

async function exchange(call: ModelCall, model: OllamaModel, stream: boolean, again?: Again): Promise<Exchange> {
  const { server, transport, baseURL } = model;
  const { fetchImages, fetch, thinkTags } = model.settled as ChatOllamaLiteInput;
  await server.checkMedia(call);
  const { headers, maxRetries, tools: bound, forced } = call.settings;
  const params = { ...admittedParams(call, ollama, model) };
  const fetchMedia = fetchImages === true ? mediaFetcher(fetch ?? patientFetch, call) : refuseMedia;
  const messages = await toOllamaMessages(call.messages, fetchMedia);
  if (again) {
    // Where JSON is due, a format kept the model from calling tools, and now nothing would.
    if (forced === undefined || forced === "auto") delete params.tools;
    delete params.format;
    if (again.mayThink) delete params.think;
    messages.push({ role: "user", content: again.instruction });
  }
  const numCtx = isObject(params.options) ? (params.options.num_ctx as number | undefined) : undefined;
  const sent = sentRequest(params, messages, contextWindow(server.facts ?? {}, numCtx));
  const { tools, isForced } = offerTools(bound, forced);
  const callable = isForced ? tools.map((tool) => tool.function) : undefined;
  const { context } = server;
  const request = { baseURL, headers, messages, params, stream, sent: { ...sent, thinkTags }, forced: callable };
  const wire = ollamaWire(request, context);
  return { transport, wire, context, maxRetries };
}

/** What the answer has to be; `undefined` where it may be anything. */
function dueAnswer(call: ModelCall, model: OllamaModel): DueAnswer | undefined {
  const { params, tools: bound, forced } = call.settings;
  if (params.format === undefined) return undefined;
  const { tools, isForced } = offerTools(bound, forced);
  return {
    call,
    tools: isForced ? tools : undefined,
    format: params.format,
    async ask(instruction, mayThink) {
      await admit(call);
      return sendWhole(call, await exchange(call, model, false, { instruction, mayThink }));
    },
  };
}

async function wholePulled(call: ModelCall, model: OllamaModel): Promise<AnswerDelta[]> {
  try {
    return await sendWhole(call, await exchange(call, model, false));
  } catch (error) {
    await pullMissing(error, call, model);
    return sendWhole(call, await exchange(call, model, false));
  }
}

function streamOnce(call: ModelCall, model: OllamaModel): AsyncGenerator<AnswerDelta[]> {
  return new LazyStream(async () => sendStream(call, await exchange(call, model, true)));
}

async function* streamPulled(call: ModelCall, model: OllamaModel): AsyncGenerator<AnswerDelta[]> {
  try {
    yield* streamOnce(call, model);
  } catch (error) {
    await pullMissing(error, call, model);
    yield* streamOnce(call, model);
  }
}

/** Pulls the model if it is missing and that was asked for; throws the error again if not. */
async function pullMissing(error: unknown, call: ModelCall, model: OllamaModel): Promise<void> {
  const { pull } = model.settled as ChatOllamaLiteInput;
  if (!pull || !isMissingModel(error)) throw error;
  const { onProgress, insecure } = pull === true ? {} : pull;
  for await (const progress of pullModel(model.server.asked, model.model, { signal: call.signal, insecure })) {
    onProgress?.(progress);
    await call.runManager?.handleCustomEvent("ollama_pull", progress, call.runManager.runId);
  }
  model.server.facts = undefined;
}
