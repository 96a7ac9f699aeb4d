import type { AnswerDelta } from "../answer/delta.js";
import type { Json } from "../base/json.js";
import type { Dialect } from "../wires/openai/dialect.js";
import { toWireMessages } from "../wires/openai/messages.js";
import { toFields, type FieldMap } from "../wires/openai/request.js";
import { completionWire, newToolCallId } from "../wires/openai/wire.js";
import { LazyStream } from "../run/lazy_stream.js";
import { streamAnswer } from "./answers.js";
import { MeteredChatModel } from "./metered_chat_model.js";
import type { ModelCall } from "../run/model_call.js";
import type { MeteredCallOptions } from "./options.js";
import { toForcedTool, toToolDefinitions, type ForcedTool, type ToolDefinition } from "./tools.js";
import type { Prompt, Wire } from "./wire.js";

/** A chat model behind `POST {baseURL}/chat/completions`: what ChatFireworks and ChatOpenLLM share. */
export abstract class CompletionsModel<CallOptions extends MeteredCallOptions> extends MeteredChatModel<CallOptions> {
  protected abstract readonly dialect: Dialect;
  /** The options that the server takes, and what they are called there. */
  protected abstract readonly fieldMap: FieldMap;

  override invocationParams(options?: this["ParsedCallOptions"]): Json {
    const call: MeteredCallOptions = options ?? {};
    const params: Json = { model: this.wireModel, ...toFields(this.fieldMap, ...this.sources(call)) };
    const stop = this.stopOf(call);
    if (stop !== undefined && stop.length > 0) params.stop = stop;
    if (params.top_logprobs !== undefined) params.logprobs ??= true;
    const tools = toToolDefinitions(call.tools ?? []).map((tool) => withStrict(tool, call.strict));
    const forced = toForcedTool(call.tool_choice, tools);
    Object.assign(params, this.toolParams(tools, forced, call.parallel_tool_calls));
    return params;
  }

  /** The model's id as it is sent. */
  protected get wireModel(): string {
    return this.model;
  }

  /** Where options come from; what is set in a later source wins. */
  protected sources(call: object): object[] {
    return [this.fields, call];
  }

  /** How tools and the choice among them are sent. */
  protected toolParams(tools: ToolDefinition[], forced: ForcedTool | undefined, parallel: boolean | undefined): Json {
    if (tools.length === 0) return {};
    return {
      tools,
      ...(forced === undefined
        ? {}
        : { tool_choice: typeof forced === "string" ? forced : { type: "function", function: forced } }),
      ...(parallel === undefined ? {} : { parallel_tool_calls: parallel }),
    };
  }

  protected get completionsUrl(): string {
    return `${this.endpoint.url}/chat/completions`;
  }

  protected override async toWire(prompt: Prompt): Promise<Wire> {
    const messages = await toWireMessages(prompt.messages, this.dialect);
    const headers = { ...this.authorization(), ...prompt.headers };
    const { params, stream } = prompt;
    const request = {
      url: this.completionsUrl,
      headers,
      messages,
      params,
      stream,
      includeUsage: prompt.streamUsage ?? this.asksForUsage(),
    };
    return completionWire(request, this.dialect, prompt.context, newToolCallId);
  }

  /** A stream is one answer: its reader could not tell several apart. */
  protected override answerStream(call: ModelCall, options: this["ParsedCallOptions"]): AsyncGenerator<AnswerDelta[]> {
    return new LazyStream(async () => streamAnswer(call, await this.exchange(call, options, true, { n: undefined })));
  }

  protected asksForUsage(): boolean {
    return this.fields.streamUsage ?? true;
  }
}

function withStrict(tool: ToolDefinition, strict: boolean | undefined): ToolDefinition {
  return strict === undefined ? tool : { ...tool, function: { ...tool.function, strict } };
}
