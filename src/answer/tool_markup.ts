/** How models write a tool call when the server does not read it: Hermes, Mistral, Llama, LM Studio, Qwen coder, DeepSeek, MiniMax, gpt-oss. */
const MARKUP =
  /<tool_call>|\[TOOL_CALLS?\]|<\|python_tag\|>|\[TOOL_REQUEST\]|<function=|<\|tool_call|<｜tool▁call|<｜DSML｜|<\|tool_calls_section|<minimax:tool_call>|<function_calls>|<invoke name=|\bto=functions\./;
const LONGEST = 24;

/** True for a text with the beginning of a raw tool call in it. */
export const hasMarkup = (text: string): boolean => MARKUP.test(text);

/** Looks for raw tool calls in a streamed text, however it is cut into pieces. */
export class MarkupScanner {
  private tail = "";
  /** True once the beginning of a raw tool call has been seen. */
  found = false;

  see(text: string): void {
    if (this.found) return;
    const window = this.tail + text;
    this.found = hasMarkup(window);
    this.tail = window.slice(-LONGEST);
  }
}
