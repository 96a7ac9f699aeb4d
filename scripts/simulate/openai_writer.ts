import type { Json } from "./chat_request.js";
import type { Generation, Step } from "./generation.js";
import type { Usage, Writer, WriterOptions } from "./writer.js";

/** Writes answers as OpenAI-compatible servers do. */
export class OpenAIWriter implements Writer {
  readonly streamType = "text/event-stream";
  readonly namesCodes = true;
  #hasCall = false;

  constructor(private readonly options: WriterOptions) {}

  step({ kind, text }: Step, { tool }: Generation, soFar: Usage): string {
    if (kind === "hidden") return "";
    const isRunning = this.options.reporting === "running";
    return this.#chunk(this.#delta(kind, text, tool), null, isRunning ? this.#usage(soFar) : undefined);
  }

  end({ finish }: Generation, usage: Usage): string[] {
    const { reporting } = this.options;
    const figure = this.#usage(usage);
    const isLate = reporting !== "with the last word" && reporting !== "running";
    const last = this.#chunk({}, finish, isLate ? undefined : figure);
    const late =
      isLate && figure ? [event({ ...this.#head("chat.completion.chunk"), choices: [], usage: figure })] : [];
    return [last, ...late, "data: [DONE]\n\n"];
  }

  whole(generations: readonly Generation[], usage: Usage): string {
    const choices = generations.map((generation, index) => ({
      index,
      message: messageOf(generation),
      finish_reason: generation.finish,
    }));
    const figure = this.#usage(usage);
    return JSON.stringify({ ...this.#head("chat.completion"), choices, ...(figure ? { usage: figure } : {}) });
  }

  error(code?: number): Json {
    return { error: { message: "simulated failure", type: "simulated", ...(code === undefined ? {} : { code }) } };
  }

  frame(json: Json): string {
    return event(json);
  }

  garbage(): string {
    return 'data: {"choices": [{"index": 0, "delta": {"con\n\n';
  }

  #delta(kind: Step["kind"], text: string, tool: string | undefined): Json {
    if (kind === "text") return { content: text };
    if (kind === "reasoning") return { reasoning_content: text };
    const isFirst = !this.#hasCall;
    this.#hasCall = true;
    const head = isFirst ? { id: `call_${this.options.id}`, type: "function" } : {};
    return { tool_calls: [{ index: 0, ...head, function: { ...(isFirst ? { name: tool } : {}), arguments: text } }] };
  }

  #chunk(delta: Json, finish: string | null, usage: Json | undefined): string {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    return event({ ...this.#head("chat.completion.chunk"), choices, ...(usage ? { usage } : {}) });
  }

  #head(object: string): Json {
    return { id: `chatcmpl-${this.options.id}`, object, created: 1_780_000_000, model: this.options.model };
  }

  #usage({ input, cached, output, reasoning }: Usage): Json | undefined {
    const { reporting, tellsCached, tellsReasoning } = this.options;
    switch (reporting) {
      case "not":
        return undefined;
      case "zeros":
        return { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
      case "input only":
        return { prompt_tokens: input };
      case "output only":
        return { completion_tokens: output };
      case "at the end":
      case "with the last word":
      case "running":
        return {
          prompt_tokens: input,
          completion_tokens: output,
          total_tokens: input + output,
          ...(tellsCached ? { prompt_tokens_details: { cached_tokens: cached } } : {}),
          ...(tellsReasoning ? { completion_tokens_details: { reasoning_tokens: reasoning } } : {}),
        };
    }
  }
}

const event = (json: object) => `data: ${JSON.stringify(json)}\n\n`;

/** The text of the steps of one kind. */
export function textOf({ steps }: Generation, kind: Step["kind"]): string {
  return steps
    .filter((step) => step.kind === kind)
    .map((step) => step.text)
    .join("");
}

function messageOf(generation: Generation): Json {
  const reasoning = textOf(generation, "reasoning");
  const calls = generation.steps.some(({ kind }) => kind === "call")
    ? [
        {
          id: `call_${generation.steps.length}`,
          type: "function",
          function: { name: generation.tool, arguments: textOf(generation, "call") },
        },
      ]
    : [];
  return {
    role: "assistant",
    content: textOf(generation, "text"),
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}
