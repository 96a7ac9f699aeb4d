import { toChunk } from "../../answer/chunk.js";
import type { AnswerDelta } from "../../answer/delta.js";
import { ConfigurationError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { fromEnvironment, requireModel, toText } from "../../models/constructor_arguments.js";
import { admittedParams, type Place, type Provider } from "../../models/provider.js";
import { admit } from "../../run/admission.js";
import type { ModelCall } from "../../run/model_call.js";
import { parseEndpoint } from "../../transport/endpoint.js";
import { withInstruction } from "../../wires/openai/instruction.js";
import { toWireMessages } from "../../wires/openai/messages.js";
import { concede } from "../../wires/openai/refusals.js";
import { withoutShortUsage } from "../../wires/openai/short_usage.js";
import { completionWire, newToolCallId } from "../../wires/openai/wire.js";
import type { AnswerWatch } from "./answer_watch.js";
import { Answering, hasToolHistory, type Asker } from "./answering.js";
import { askForStream, askForWhole, type BuildExchange, type Ways } from "./asking.js";
import { liftLimits } from "./extra_body.js";
import { withModelNames } from "./model_names.js";
import { OPENLLM_OPTIONS } from "./options.js";
import type { SelfHostedModel } from "./own_server.js";
import { openLLMParams, withLimitField } from "./params.js";
import { RequestPlan } from "./request_plan.js";
import type { Changes } from "./schema_caller.js";
import { answerWarnings, TOOLS_UNKNOWN, truncationWarning } from "./warnings.js";

const DEFAULT_LOADING_MS = 60_000;

/** Any self-hosted server that speaks OpenAI's API. */
export const openLLM: Provider = {
  name: "openllm",
  keyVariable: "OPENLLM_API_KEY",
  options: OPENLLM_OPTIONS,
  instead: {
    modelKwargs: "Write `extraBody`: fields of the request by their names on the wire.",
    reasoning: "Write `reasoningEffort`, or `chatTemplateKwargs` with the variables of the template.",
  },
  otherFields: "Fields of the request that have no option go into `extraBody`.",
  place,
  unpack: liftLimits,
  toParams: openLLMParams,
  limitOutput: ({ max_completion_tokens: _, ...params }, tokens, { settled }) =>
    withLimitField({ ...params, max_tokens: tokens }, settled),
  profile: (model: SelfHostedModel) => model.own.profile,
  stream: (call, model: SelfHostedModel) => answering(call, model).stream(),
  whole: (call, model: SelfHostedModel) => answering(call, model).whole(),
};

function place(given: { baseURL?: unknown; baseUrl?: unknown; apiKey?: unknown; model?: unknown }): Place {
  const baseURL =
    toText(given.baseURL ?? given.baseUrl, "baseURL") ?? fromEnvironment("OPENLLM_BASE_URL", "OPEN_LLM_API_BASE");
  if (!baseURL) {
    throw new ConfigurationError(
      "baseURL",
      "No server was named.",
      "Set the environment variable `OPENLLM_BASE_URL`, or pass `baseURL`, such as `http://localhost:8000/v1`.",
    );
  }
  return {
    endpoint: parseEndpoint(baseURL, "baseURL"),
    apiKey: toText(given.apiKey, "apiKey") ?? fromEnvironment("OPENLLM_API_KEY"),
    model: given.model === undefined ? "" : requireModel(given.model, "llama-3.1-8b-instruct"),
  };
}

function answering(call: ModelCall, model: SelfHostedModel): Answering {
  const { forcedTools = "schema", repairJson = true, dropSchemaKeywords = [] } = model.own.input;
  const hasHistory = hasToolHistory(call.messages);
  const options = { forcedTools, repairJson, dropSchemaKeywords, hasToolHistory: hasHistory };
  return new Answering(asker(call, model), call.settings.params, options, model.own.knowledge);
}

function asker(call: ModelCall, model: SelfHostedModel): Asker {
  const ways = (stream: boolean, changes?: Changes): Ways => ({
    plan: planOf(model),
    build: build(call, model, stream, changes),
    explain: (error) => withModelNames(error, () => model.own.models(call.signal)),
  });
  return {
    stream: () => askForStream(call, ways(true)),
    whole: async (changes) => {
      if (changes) await admit(call);
      const answers = withoutShortUsage(await askForWhole(call, ways(false, changes)));
      return answers.map((answer) => call.book(answer) ?? {});
    },
    keep: (answer: AnswerDelta) => call.delivered.push(toChunk(answer, call.settings.provider, call.messageId)),
    warnings: (watch, metadata) => warningsOf(call, model, watch, metadata),
  };
}

function planOf(model: SelfHostedModel): RequestPlan {
  const { loadingTimeout, maxRetries, fitMaxTokens = false } = model.own.input;
  const loadingTimeoutMs = loadingTimeout ?? (maxRetries === 0 ? 0 : DEFAULT_LOADING_MS);
  return new RequestPlan(model.endpoint.url, model.own.knowledge, { loadingTimeoutMs, fitMaxTokens });
}

/** How a request is built in the form that a plan has come to. */
function build(call: ModelCall, model: SelfHostedModel, stream: boolean, changes?: Changes): BuildExchange {
  return async (plan) => {
    const { own } = model;
    own.checkModel();
    const { headers, streamUsage, maxRetries } = call.settings;
    const admitted = admittedParams(call, openLLM, model);
    const params = plan.maxTokens === undefined ? admitted : openLLM.limitOutput(admitted, plan.maxTokens, model);
    const wired = await toWireMessages(call.messages, own.dialect);
    const messages = changes?.instruction === undefined ? wired : withInstruction(wired, changes.instruction);
    const body = { ...params, ...changes?.params, ...(stream ? { n: undefined } : {}), messages };
    const { messages: sent, ...fields } = concede(body, plan.concessions);
    const request = {
      url: `${plan.url}/chat/completions`,
      headers: { ...model.authorization(), ...headers },
      messages: sent as Json[],
      params: fields,
      stream,
      includeUsage: streamUsage && !plan.concessions.has("stream_options"),
    };
    const { context } = own;
    const wire = completionWire(request, own.dialect, context, newToolCallId);
    const isLeft = (error: unknown) => plan.waitsFor(error);
    return { transport: model.transport, wire, context, maxRetries, isLeft };
  };
}

async function warningsOf(
  call: ModelCall,
  model: SelfHostedModel,
  watch: AnswerWatch,
  metadata: Json,
): Promise<string[]> {
  const warnings = answerWarnings(watch, metadata);
  const contextTokens = model.own.input.profile?.maxInputTokens ?? model.own.profile.maxInputTokens;
  const truncation = truncationWarning(call.messages, call.usage, contextTokens);
  if (truncation !== undefined) warnings.push(truncation);
  // Only llama.cpp drops tools without a word, and only it sends timings.
  const mayDropTools = !watch.hasCalls && isObject(metadata.timings) && call.settings.tools.length > 0;
  if (mayDropTools && (await model.own.ask(call.settings.signal).templateKnowsTools()) === false)
    warnings.push(TOOLS_UNKNOWN);
  return warnings;
}
