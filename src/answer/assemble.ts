import { AIMessage, type AIMessageFields } from "@langchain/core/messages";
import type { ChatGeneration, ChatGenerationChunk } from "@langchain/core/outputs";
import { toExtra, toGenerationInfo, toMetadata } from "./chunk.js";
import { Delivered } from "./delivered.js";
import type { AnswerDelta } from "./delta.js";
import { parseToolCalls } from "./tool_calls.js";

/** Joins the chunks of one answer into one, in time linear in their number. */
export function assembleChunks(chunks: Iterable<ChatGenerationChunk>): ChatGenerationChunk | undefined {
  const delivered = new Delivered();
  for (const chunk of chunks) delivered.add(chunk);
  return delivered.whole();
}

/** LangChain's generation for an answer that came whole. */
export function toGeneration(answer: AnswerDelta, provider: string): ChatGeneration {
  const text = answer.text ?? "";
  const calls = answer.toolCalls?.map((call) => ({ ...call, args: call.args ?? "" })) ?? [];
  const fields: AIMessageFields = {
    content: text,
    additional_kwargs: toExtra(answer),
    response_metadata: toMetadata(answer, provider),
    ...parseToolCalls(calls, answer.finishReason),
  };
  if (answer.usage) fields.usage_metadata = answer.usage;
  return { text, message: new AIMessage(fields), generationInfo: toGenerationInfo(answer) };
}
