/** How models write a tool call when the server does not read it: Hermes, Mistral, Llama, LM Studio, Qwen coder, DeepSeek, MiniMax, gpt-oss. */
const MARKUP =
  /<tool_call>|\[TOOL_CALLS?\]|<\|python_tag\|>|\[TOOL_REQUEST\]|<function=|<\|tool_call|<｜tool▁call|<｜DSML｜|<\|tool_calls_section|<minimax:tool_call>|<function_calls>|<invoke name=|\bto=functions\./;

/** True for a text with the beginning of a raw tool call in it. */
export const hasMarkup = (text: string): boolean => MARKUP.test(text);
