import { ChatAnthropic } from "@langchain/anthropic";
import type { Report } from "./reports.js";

/** Anthropic's class, told to call another host that speaks Anthropic's language; its answers come from `url`. */
export function claudeAt(anthropicApiUrl: string, model: string): Report["model"] {
  return (url) => {
    const fetchFrom: typeof fetch = (input, init) => fetch(`${url}${new URL(String(input)).pathname}`, init);
    return new ChatAnthropic({
      model,
      apiKey: "k",
      anthropicApiUrl,
      maxRetries: 0,
      clientOptions: { fetch: fetchFrom },
    });
  };
}
