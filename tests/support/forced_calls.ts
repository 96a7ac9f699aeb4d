import type { ChatOpenLLMCallOptions } from "../../src/openllm.js";
import { chunk, completion, counts, end, isStreamed, weather } from "./completions.js";
import type { WireRequest } from "./wire_request.js";
import { json, sse, type Script } from "./wire_script.js";

/** Options of a call in which a tool must be called. */
export const required: Partial<ChatOpenLLMCallOptions> = { tools: [weather], tool_choice: "required" };

/** The arguments of its call, as text. */
export const rome = JSON.stringify({ city: "Rome" });

/** The `response_format` of a request. */
export function format({
  json: body,
}: WireRequest): { type: string; json_schema?: { schema: Record<string, unknown> } } | undefined {
  return (body as { response_format?: ReturnType<typeof format> }).response_format; // only JSON objects are sent here
}

/** A server that takes `tool_choice` and answers in prose, but keeps to a schema. */
export function ignoring(prose: string, bySchema: string): (request: WireRequest) => Script {
  return (request) => {
    const text = format(request) ? bySchema : prose;
    const usage = format(request) ? counts(30, 6) : counts(10, 5);
    if (!isStreamed(request.json)) return json(200, completion({ content: text }, {}, { usage }));
    return sse([chunk({ role: "assistant", content: text }), end(), { choices: [], usage }]);
  };
}
