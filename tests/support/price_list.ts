import type { WireRequest } from "./wire_request.js";
import type { WireServer } from "./wire_server.js";
import { json, type Script } from "./wire_script.js";

/** Where Fireworks has its price list. */
export const LIST_PATH = "/v1/serverless/models";

/** An id in Fireworks' own account. */
export const modelId = (name: string): string => `accounts/fireworks/models/${name}`;
export const routerId = (name: string): string => `accounts/fireworks/routers/${name}`;

/** Prices in the list's flat form: input, cached input and output in USD per million tokens. */
export function skus(input?: unknown, cached?: unknown, output?: unknown): object[] {
  const names = ["LLM input tokens (uncached)", "LLM input tokens (cached)", "LLM output tokens"];
  return [input, cached, output].flatMap((amount, at) =>
    amount === undefined ? [] : [{ sku: names[at], amount, unit: "1M tokens" }],
  );
}

/** A row of the list's flat form. */
export function flatRow(name: string, pricing: unknown, more: object = {}): object {
  return {
    id: modelId(name),
    object: "model",
    serverless_mode: "standard",
    pricing,
    display_name: name,
    description: "",
    context_length: 1_048_576,
    input_modalities: ["text", "image"],
    output_modalities: ["text"],
    created: 1_788_566_400,
    ...more,
  };
}

/** A page of the flat form. */
export function flatPage(rows: readonly unknown[], nextPageToken?: string): Script {
  return json(200, { object: "list", data: rows, ...(nextPageToken === undefined ? {} : { nextPageToken }) });
}

/** Serves a list: of one page, or of several by their tokens (`page-1` and so on). */
export function serveList(server: WireServer, ...pages: (readonly unknown[])[]): void {
  server.on(LIST_PATH, (request) => pageOf(pages, request));
}

function pageOf(pages: readonly (readonly unknown[])[], request: WireRequest): Script {
  const token = new URL(request.path, "http://localhost").searchParams.get("pageToken");
  const at = token === null ? 0 : Number(token.replace("page-", ""));
  return flatPage(pages[at] ?? [], at + 1 < pages.length ? `page-${at + 1}` : undefined);
}
