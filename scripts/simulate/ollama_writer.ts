import type { Json } from "./chat_request.js";
import type { Generation, Step } from "./generation.js";
import { textOf } from "./openai_writer.js";
import type { Usage, Writer, WriterOptions } from "./writer.js";

const FINISH = { stop: "stop", length: "length", tool_calls: "stop" } as const;

/** Writes answers as Ollama does: it tells usage in the last object only, and hands out whole tool calls only. */
export class OllamaWriter implements Writer {
  readonly streamType = "application/x-ndjson";
  readonly namesCodes = false;

  constructor(private readonly options: WriterOptions) {}

  step({ kind, text }: Step): string {
    if (kind === "hidden" || kind === "call") return "";
    return this.#line(kind === "text" ? { content: text } : { content: "", thinking: text }, { done: false });
  }

  end(generation: Generation, usage: Usage): string[] {
    const calls = callsOf(generation);
    const call = calls === undefined ? [] : [this.#line({ content: "", tool_calls: calls }, { done: false })];
    return [...call, this.#line({ content: "" }, this.#ending(generation, usage))];
  }

  whole([generation]: readonly Generation[], usage: Usage): string {
    if (generation === undefined) throw new Error("Ollama gives one answer.");
    const thinking = textOf(generation, "reasoning");
    const calls = callsOf(generation);
    const message = {
      content: textOf(generation, "text"),
      ...(thinking === "" ? {} : { thinking }),
      ...(calls === undefined ? {} : { tool_calls: calls }),
    };
    return this.#line(message, this.#ending(generation, usage));
  }

  error(): Json {
    return { error: "simulated failure" };
  }

  frame(json: Json): string {
    return `${JSON.stringify(json)}\n`;
  }

  garbage(): string {
    return '{"message": {"role": "assis\n';
  }

  #ending({ finish }: Generation, { input, cached, output }: Usage): Json {
    const { reporting, tellsCached } = this.options;
    const counts: Json = {};
    if (reporting === "zeros") Object.assign(counts, { prompt_eval_count: 0, eval_count: 0 });
    else if (reporting !== "not") {
      if (reporting !== "output only") counts.prompt_eval_count = input;
      if (reporting !== "input only") counts.eval_count = output;
      if (tellsCached && reporting !== "output only") counts.prompt_eval_cached_count = cached;
    }
    return { done: true, done_reason: FINISH[finish], total_duration: 1_000_000, ...counts };
  }

  #line(message: Json, rest: Json): string {
    const head = { model: this.options.model, created_at: "2026-06-01T00:00:00Z" };
    return this.frame({ ...head, message: { role: "assistant", ...message }, ...rest });
  }
}

/** The tool call, which Ollama sends as an object; `undefined` for one that was cut off. */
function callsOf(generation: Generation): Json[] | undefined {
  if (generation.finish !== "tool_calls") return undefined;
  return [{ function: { name: generation.tool, arguments: JSON.parse(textOf(generation, "call")) as unknown } }];
}
