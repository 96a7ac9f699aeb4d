import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatGoogle, type ChatGoogleParams } from "@langchain/google";
import { ChatGoogle as ChatGoogleNode } from "@langchain/google/node";

type Options = Partial<ChatGoogleParams>;

/** Google's hosts are built into `ChatGoogle`; its client is where calls can be sent elsewhere. */
function clientOf(url: string, hasKey: boolean): NonNullable<ChatGoogleParams["apiClient"]> {
  return {
    hasApiKey: () => hasKey,
    getProjectId: () => Promise.resolve("project"),
    async fetch(request: Request) {
      const { pathname, search } = new URL(request.url);
      const { method, headers, signal } = request;
      return fetch(`${url}${pathname}${search}`, { method, headers, signal, body: await request.text() });
    },
  };
}

/** `ChatGoogle` on the Gemini API. */
export function onGeminiApi(options: Options = {}): (url: string) => BaseChatModel {
  return (url) =>
    new ChatGoogle({ model: "gemini-2.5-flash", maxRetries: 0, ...options, apiClient: clientOf(url, true) });
}

/** The same as Node's own entry has it, a class with a name of its own. */
export function onNode(url: string): BaseChatModel {
  return new ChatGoogleNode({ model: "gemini-2.5-flash", apiKey: "k", maxRetries: 0, apiClient: clientOf(url, true) });
}

/** `ChatGoogle` on Vertex AI. */
export function onVertex(options: Options = {}): (url: string) => BaseChatModel {
  const location = "us-central1";
  return (url) =>
    new ChatGoogle({
      model: "gemini-2.5-flash",
      vertexai: true,
      location,
      maxRetries: 0,
      ...options,
      apiClient: clientOf(url, false),
    });
}
