import type { ChatOpenAIFields } from "@langchain/openai";

/**
 * What makes a ChatOpenAI call a host that is not there: it is told the host's base URL, and its requests go to the server
 * at `url`, with the same path.
 */
export function atHost(baseURL: string, url: string): Pick<ChatOpenAIFields, "configuration"> {
  const toServer: typeof fetch = (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(`${url}${pathname}${search}`, init);
  };
  return { configuration: { baseURL, fetch: toServer } };
}
