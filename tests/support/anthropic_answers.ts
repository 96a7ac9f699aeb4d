import type { Reply } from "./wire_server.js";
import { json, sse, type Step } from "./wire_script.js";

/** Usage as Anthropic's Messages API writes it; what it may lack and hold too much of is the point of the tests. */
export type AnthropicUsage = Readonly<Record<string, unknown>> | null;

/** One content block of an answer, whole. */
export type Block = Readonly<{ type: string } & Record<string, unknown>>;

/** One event of a streamed answer. */
export type AnthropicEvent = Readonly<{ type: string } & Record<string, unknown>>;

/** The parts of an answer that tests differ in. */
export interface AnthropicAnswer {
  /** Usage of the answer in one piece, and of the stream's `message_delta`, where its counts are cumulative. */
  usage: AnthropicUsage;
  /** Usage of the stream's `message_start`. @default `usage` with one output token */
  started?: AnthropicUsage;
  /** @default the text "Hello" */
  content?: readonly Block[];
  /** @default "claude-sonnet-4-5-20250929" */
  model?: string;
}

const HELLO: readonly Block[] = [{ type: "text", text: "Hello" }];

/** An answer of the Messages API in one piece, and the same as a stream, whoever reads it. */
export function anthropicAnswers(answer: AnthropicAnswer): { invoke: Reply; stream: Reply; chunks: Reply } {
  const { usage, content = HELLO } = answer;
  const whole = { ...head(answer), content, stop_reason: "end_turn", usage };
  const stream = anthropicStream(anthropicEvents(answer));
  return { invoke: json(200, whole), stream, chunks: stream };
}

/** An event stream as the API writes it, where steps other than values are sent as they are. */
export function anthropicStream(events: readonly (AnthropicEvent | Step)[]): Reply {
  return sse(
    events.map((event) => (typeof event === "object" && "type" in event ? named(event) : event)),
    { done: false },
  );
}

/** The events of a streamed answer, in their order. */
export function anthropicEvents(answer: AnthropicAnswer): AnthropicEvent[] {
  const { usage, started = { ...usage, output_tokens: 1 }, content = HELLO } = answer;
  const message = { ...head(answer), content: [], stop_reason: null, usage: started };
  return [
    { type: "message_start", message },
    ...content.flatMap(blockEvents),
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: usage ?? {} },
    { type: "message_stop" },
  ];
}

function head({ model = "claude-sonnet-4-5-20250929" }: AnthropicAnswer): object {
  return { id: "msg_01XFDUDYJgAACzvnptvVoYEL", type: "message", role: "assistant", model, stop_sequence: null };
}

function named(event: AnthropicEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** A block's text, thoughts, input and summary come in deltas; results of tools come whole. */
function blockEvents(block: Block, index: number): AnthropicEvent[] {
  const [empty, ...deltas] = pieces(block);
  return [
    { type: "content_block_start", index, content_block: empty },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function pieces(block: Block): object[] {
  switch (block.type) {
    case "text":
      return [
        { ...block, text: "" },
        { type: "text_delta", text: block.text },
      ];
    case "thinking":
      return [
        { ...block, thinking: "", signature: "" },
        { type: "thinking_delta", thinking: block.thinking },
        { type: "signature_delta", signature: block.signature },
      ];
    case "server_tool_use":
      return [
        { ...block, input: {} },
        { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
      ];
    case "compaction":
      return [
        { ...block, content: null },
        { type: "compaction_delta", content: block.content },
      ];
    default:
      return [block];
  }
}
