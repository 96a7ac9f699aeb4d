import { expect } from "@jest/globals";
import type { AIMessage } from "@langchain/core/messages";
import type { ChatOpenLLMInput } from "../../src/openllm.js";
import { ask, brokenOf, callsOf, modelOf, reasoningOf } from "./completions.js";
import { toCall } from "./recorded_calls.js";
import { recording, replay, type RecordingFile } from "./recordings.js";
import { json } from "./wire_script.js";
import type { WireServer } from "./wire_server.js";

/** What a server was seen to do: where it is recorded, and what the answer says. */
export type Seen = [what: string, file: RecordingFile, name: string, expected: object];

/** A model that hands answers on as they are. */
export const asIs: ChatOpenLLMInput = { forcedTools: "off", repairJson: false };

/** Makes a recorded request again, of a server that says what the recorded one said. */
export function replays(server: () => WireServer) {
  return async (file: RecordingFile, name: string, fields = asIs): Promise<AIMessage> => {
    const made = toCall(recording(file, name));
    server().always(({ method }) => (method === "GET" ? json(404, {}) : replay(recording(file, name))));
    const model = modelOf(server(), { model: made.model, ...fields });
    return ask(model, made.isStream ? "stream" : "whole", made.options, made.messages);
  };
}

/** What an answer says, in short. */
export function facts(message: AIMessage): Record<string, unknown> {
  const { usage_metadata: usage, response_metadata: metadata } = message;
  return {
    text: message.text,
    reasoning: reasoningOf(message),
    calls: callsOf(message),
    broken: brokenOf(message),
    input: usage?.input_tokens,
    output: usage?.output_tokens,
    cached: usage?.input_token_details?.cache_read,
    thought: usage?.output_token_details?.reasoning,
    source: metadata.usage_source,
    finish: metadata.finish_reason,
    raw: metadata.finish_reason_raw,
    warnings: metadata.warnings,
  };
}

/** The warning of a call in the text that the server did not read. */
export const rawCall: unknown[] = [expect.stringContaining("raw tool call")];
