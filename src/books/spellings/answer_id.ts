import { fieldsOf, nonEmpty } from "../../base/json.js";
import type { Evidence } from "./evidence.js";

/**
 * The answer's id as its server gave it, from any of the places where packages keep it: `msg_...`, `gen-...`, `chatcmpl-...`,
 * `resp_...`, Gemini's `responseId`.
 */
export function answerId({ message, metadata, heard }: Evidence): string | undefined {
  const said = [metadata.id, metadata.responseId, message.id, heard?.answerId, heard?.gemini?.answer?.responseId];
  // Bedrock gives its answers none, and its package takes that of the request, where there is no stream.
  const { requestId } = fieldsOf(metadata.$metadata);
  return said.map(serversId).find((id) => id !== undefined && id !== requestId);
}

/** LangChain names a message after its run where the server gave it no id. */
export function serversId(id: unknown): string | undefined {
  const text = nonEmpty(id);
  return text === undefined || RUN_ID.test(text) ? undefined : text;
}

const RUN_ID = /^(?:lc_)?run-/;
