import { toChunk } from "../../answer/chunk.js";
import { ConfigurationError } from "../../base/errors.js";
import { fromEnvironment, requireModel, toApiKey, toText } from "../../models/constructor_arguments.js";
import type { Exchange } from "../../models/exchange.js";
import { admittedParams, type Place, type Provider } from "../../models/provider.js";
import { admit } from "../../run/admission.js";
import type { ModelCall } from "../../run/model_call.js";
import { parseEndpoint } from "../../transport/endpoint.js";
import { toWireMessages } from "../../wires/openai/messages.js";
import { completionWire, newToolCallId } from "../../wires/openai/wire.js";
import { answer, answerWhole } from "./answer.js";
import { liftLimits } from "./extra_body.js";
import type { RequestForm } from "./negotiate/request_form.js";
import { OPENLLM_OPTIONS } from "./options.js";
import type { SelfHostedModel } from "./own_server.js";
import { openLLMParams, withLimitField } from "./params.js";
import { answerSettings, type Question } from "./question.js";
import { withModelNames } from "./server/model_names.js";

/** Any self-hosted server that speaks OpenAI's API. */
export const openLLM: Provider = {
  name: "openllm",
  keyVariable: "OPENLLM_API_KEY",
  options: OPENLLM_OPTIONS,
  instead: {
    modelKwargs: "Write `extraBody`: fields of the request by their names on the wire.",
    verbosity: "Write `extraBody: { verbosity }`, where the model knows the field.",
    reasoning: "Write `reasoningEffort`, or `chatTemplateKwargs` with the variables of the template.",
  },
  otherFields: "Fields of the request that have no option go into `extraBody`.",
  place,
  unpack: liftLimits,
  toParams: openLLMParams,
  limitOutput: ({ max_completion_tokens: _, ...params }, tokens, { settled }) =>
    withLimitField({ ...params, max_tokens: tokens }, settled),
  profile: (model: SelfHostedModel) => model.own.profile,
  countInput,
  stream: (call, model: SelfHostedModel) => answer(questionOf(call, model)),
  whole: (call, model: SelfHostedModel) => answerWhole(questionOf(call, model)),
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
    apiKey: toApiKey(given.apiKey) ?? fromEnvironment("OPENLLM_API_KEY"),
    model: given.model === undefined ? "" : requireModel(given.model, "llama-3.1-8b-instruct"),
  };
}

/** The server's own count of a prompt; `undefined` where it cannot count, or was given what only it sees the length of. */
async function countInput({ messages, settings, signal }: ModelCall, { own }: SelfHostedModel) {
  const { source, tokens } = await own.countTokens(
    messages,
    { tools: [...settings.tools], signal },
    async () => settings.params,
  );
  return source === "server" ? tokens : undefined;
}

/** What the answer modules need of the model for one call. */
function questionOf(call: ModelCall, model: SelfHostedModel): Question {
  const { own } = model;
  return {
    call,
    params: call.settings.params,
    settings: answerSettings(own.input),
    baseURL: model.endpoint.url,
    knowledge: own.knowledgeFor(call.settings.headers),
    build: (form) => build(form, call, model),
    admit: () => admit(call),
    keep: (delta) => call.delivered.add(toChunk(delta, call.settings.provider, call.messageId)),
    explain: (error) => withModelNames(error, () => own.models(call.signal)),
    contextTokens: () => own.input.profile?.maxInputTokens ?? own.profile.maxInputTokens,
    losesTools: async () =>
      call.settings.tools.length > 0 && (await own.ask(call.settings.signal).templateKnowsTools()) === false,
  };
}

/** One request in the form that has been come to. */
async function build(form: RequestForm, call: ModelCall, model: SelfHostedModel): Promise<Exchange> {
  const { own, transport } = model;
  own.checkModel();
  const { headers, streamUsage, maxRetries } = call.settings;
  const admitted = admittedParams(call, openLLM, model);
  const params = form.maxTokens === undefined ? admitted : openLLM.limitOutput(admitted, form.maxTokens, model);
  const url = `${form.url}/chat/completions`;
  const dialect = { ...form.dialect(own.dialect), server: own.knowledgeFor(headers) };
  const messages = await toWireMessages(call.messages, dialect, url);
  const request = {
    url,
    headers,
    ...form.shape(params, messages),
    stream: form.stream,
    includeUsage: streamUsage && form.mayAskForUsage,
  };
  const { context } = own;
  const wire = completionWire(request, dialect, context, newToolCallId);
  return { transport, wire, context, maxRetries, isLeft: (error) => form.waitsFor(error) };
}
