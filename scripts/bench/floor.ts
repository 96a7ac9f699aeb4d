import { toJsonSchema } from "@langchain/core/utils/json_schema";
import type { WireName } from "./jobs.js";
import { HISTORY, SHORT, tools } from "./prompts.js";
import type { Subject } from "./subject.js";

const toWire = (messages: typeof SHORT): object[] =>
  messages.map(({ type, text }) => ({ role: type === "human" ? "user" : "assistant", content: text }));

/** The least that any client does: fetch, and `JSON.parse` of what comes. */
export function floorOf(wire: WireName, baseURL: string): Subject {
  const url = `${baseURL}/${wire === "openai" ? "v1/chat/completions" : "api/chat"}`;
  const post = (body: object): Promise<Response> =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const ask = async (body: object): Promise<void> => void (await (await post({ model: "m", ...body })).json());
  const short = { messages: toWire(SHORT) };
  const long = { messages: toWire(HISTORY) };
  const bound = {
    ...short,
    tools: tools().map(({ name, description, schema }) => ({
      type: "function",
      function: { name, description, parameters: toJsonSchema(schema) },
    })),
  };
  const stream = async function* (): AsyncGenerator<unknown> {
    const { body } = await post({ model: "m", stream: true, ...short });
    if (body) yield* jsonLines(body, wire === "openai" ? "data: ".length : 0);
  };
  return {
    stream: async () => stream(),
    events: stream,
    eventsV2: stream,
    invoke: () => ask(short),
    history: () => ask(long),
    tools: () => ask(bound),
  };
}

async function* jsonLines(body: ReadableStream<Uint8Array>, prefix: number): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of body) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "" && !line.endsWith("[DONE]")) yield JSON.parse(line.slice(prefix));
  }
}
