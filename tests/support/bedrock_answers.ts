import { request as httpRequest } from "node:http";
import { eventFrame } from "./event_stream.js";
import { bytes, json, type Step } from "./wire_script.js";
import type { Reply } from "./wire_server.js";

/** What an answer of Bedrock's Converse API says beside the message: usage, tier, performance, trace. */
export type ConverseFacts = Readonly<Record<string, unknown>>;

const METRICS = { latencyMs: 551 };

/** An answer of Converse in one piece, and the same from ConverseStream, whoever reads it. */
export function converseAnswers(facts: ConverseFacts): { invoke: Reply; stream: Reply; chunks: Reply } {
  const message = { role: "assistant", content: [{ text: "Hello" }] };
  const whole = { output: { message }, stopReason: "end_turn", metrics: METRICS, ...facts };
  const stream = converseStream(converseFrames(facts));
  return { invoke: json(200, whole), stream, chunks: stream };
}

/** A binary event stream of frames, with faults between them. */
export function converseStream(steps: readonly Step[]): Reply {
  return bytes(steps, { "content-type": "application/vnd.amazon.eventstream" });
}

/** The frames of a streamed answer. Usage comes in the last one only; `p` is padding that Bedrock adds. */
export function converseFrames(facts: ConverseFacts): Uint8Array[] {
  return [
    eventFrame("messageStart", { role: "assistant", p: "abcdefgh" }),
    eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "Hel" }, p: "abcd" }),
    eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "lo" }, p: "ab" }),
    eventFrame("contentBlockStop", { contentBlockIndex: 0, p: "abc" }),
    eventFrame("messageStop", { stopReason: "end_turn", p: "abcdef" }),
    eventFrame("metadata", { metrics: METRICS, ...facts, p: "abcde" }),
  ];
}

interface AwsRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** The AWS client speaks HTTP/2 to Bedrock; this request handler lets it speak HTTP/1 to a server of ours. */
export function requestHandlerTo(url: string): { handle(request: AwsRequest): Promise<object> } {
  const handle = ({ method, path, headers, body }: AwsRequest): Promise<object> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(`${url}${path}`, { method, headers }, (response) => {
        const { statusCode, headers: received } = response;
        resolve({ response: { statusCode, headers: received, body: response } });
      });
      sent.on("error", reject).end(body);
    });
  return { handle };
}
