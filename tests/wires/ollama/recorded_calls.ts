import { AIMessage, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatOllamaLiteCallOptions, ChatOllamaLiteInput, Think } from "../../../src/ollama.js";
import type { Json } from "../../../src/base/json.js";
import { recordings, type Recording } from "../../support/recordings.js";

/** A recorded request in LangChain's words. */
export interface RecordedCall {
  model: string;
  fields: Omit<ChatOllamaLiteInput, "model">;
  messages: BaseMessage[];
  options: ChatOllamaLiteCallOptions;
}

/** The fields of a recorded body that the tests look at. */
interface RecordedBody {
  model?: string;
  messages?: RecordedMessage[];
  tools?: Json[];
  options?: Record<string, unknown>;
  think?: Think;
  format?: "json" | Json;
  keep_alive?: string | number;
  truncate?: boolean;
  shift?: boolean;
  logprobs?: boolean;
  top_logprobs?: number;
}

interface RecordedMessage {
  role: string;
  content: string;
  images?: string[];
  tool_call_id?: string;
  tool_name?: string;
  tool_calls?: { id?: string; function: { name: string; arguments: Record<string, unknown> } }[];
}

/** All recorded exchanges of `/api/chat`, in the file's order. */
export const chatRecordings = recordings("ollama").filter(({ request }) => request.path === "/api/chat");

/** What a user of ours would have written to send the recorded request. */
export function recordedCall({ request }: Recording): RecordedCall {
  const body = (request.body ?? {}) as RecordedBody; // our own fixture
  const { temperature, seed, num_predict, num_ctx, stop } = (body.options ?? {}) as Record<string, number> & {
    stop?: string[];
  };
  return {
    model: body.model ?? "tiny",
    fields: {
      temperature: temperature ?? null,
      seed,
      maxTokens: num_predict,
      numCtx: num_ctx,
      stop,
      think: body.think,
      format: body.format,
      keepAlive: body.keep_alive,
      truncate: body.truncate,
      shift: body.shift,
      logprobs: body.logprobs,
      topLogprobs: body.top_logprobs,
      maxRetries: 0,
    },
    messages: (body.messages ?? []).map(toLangChain),
    options: body.tools === undefined ? {} : { tools: body.tools as never[] },
  };
}

function toLangChain({ role, content, images, tool_calls, tool_call_id, tool_name }: RecordedMessage): BaseMessage {
  if (role === "system") return new SystemMessage(content);
  if (role === "tool") return new ToolMessage({ content, tool_call_id: tool_call_id ?? "", name: tool_name });
  if (role === "assistant") {
    const calls = (tool_calls ?? []).map((call) => ({
      type: "tool_call" as const,
      id: call.id,
      name: call.function.name,
      args: call.function.arguments,
    }));
    return new AIMessage({ content, tool_calls: calls });
  }
  if (images === undefined) return new HumanMessage(content);
  return new HumanMessage({
    content: [{ type: "text", text: content }, ...images.map((data) => ({ type: "image_url", image_url: data }))],
  });
}

/** A recorded body as ours should be: without the `type` of tool calls, which Ollama does not read. */
export function expectedBody({ request }: Recording): Json {
  const text = JSON.stringify(request.body).replaceAll(
    '"type":"function","function":{"name":"get_weather","arguments"',
    '"function":{"name":"get_weather","arguments"',
  );
  return JSON.parse(text) as Json;
}
