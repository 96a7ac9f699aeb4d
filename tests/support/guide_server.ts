import { afterAll, beforeAll } from "@jest/globals";
import { fieldsOf, itemsOf } from "../../src/base/json.js";
import { chunk, completion, counts, end, isStreamed, spent } from "./completions.js";
import { overrideEnvironment } from "./environment.js";
import { json, ndjson, sse, type Script } from "./wire_script.js";
import type { WireRequest } from "./wire_request.js";
import { WireServer } from "./wire_server.js";

const TIDES = "Tides are the sea rising and falling as the Moon pulls at it.";

/** What a request of an example asks for. */
interface Asked {
  /** The last message of the user. */
  question: string;
  /** What tools have answered since. */
  results: string[];
  /** The first tool that may be called. */
  tool: string | undefined;
}

/**
 * A Fireworks, a self-hosted server and an Ollama on loopback for the examples of guides, with the variables of the environment that
 * lead to it. Each answer is charged 1,000 tokens in and 500 out, so that costs are known to the last digit. It calls the
 * first tool that it is offered, and then repeats what the tool said. A question about Rome is a call without an end, once.
 */
export function useGuideServer(environment: Record<string, string> = {}): WireServer {
  const server = new WireServer(reply);
  let restore = () => {};
  beforeAll(async () => {
    await server.listen();
    restore = overrideEnvironment(/^(FIREWORKS|OPENLLM|OPEN_LLM|OLLAMA|OPENAI)_/, {
      FIREWORKS_API_KEY: "not-a-key",
      FIREWORKS_API_BASE: `${server.url}/v1`,
      OPENLLM_BASE_URL: `${server.url}/v1`,
      OLLAMA_HOST: server.url,
      ...environment,
    });
  });
  afterAll(async () => {
    restore();
    await server.close();
  });
  return server;
}

function reply(request: WireRequest): Script {
  const asked = read(request.json);
  if (request.path.startsWith("/api/chat")) return ollama(request.json, asked);
  const call = callFor(asked);
  if (call === undefined) return openai(request.json, { content: textFor(asked) }, "stop");
  return openai(request.json, { content: "", tool_calls: [call] }, "tool_calls");
}

function read(body: unknown): Asked {
  const messages = itemsOf(fieldsOf(body).messages).map(fieldsOf);
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const results = messages.slice(asked + 1).filter(({ role }) => role === "tool");
  const [tool] = itemsOf(fieldsOf(body).tools);
  const name = fieldsOf(fieldsOf(tool).function).name;
  return {
    question: String(messages[asked]?.content),
    results: results.map(({ content }) => String(content)),
    tool: typeof name === "string" ? name : undefined,
  };
}

function textFor({ question, results }: Asked): string {
  return results.at(-1) ?? (question.startsWith("Say ") ? question.slice("Say ".length) : TIDES);
}

function callFor({ question, results, tool }: Asked): object | undefined {
  const isBroken = question.includes("Rome") && results.length === 0;
  if (tool === undefined || results.length > (question.includes("Rome") ? 1 : 0)) return undefined;
  const city = question.includes("Rome") ? "Rome" : "Paris";
  const args = JSON.stringify({ city }).slice(0, isBroken ? -3 : undefined);
  return { index: 0, id: `call_${results.length}`, type: "function", function: { name: tool, arguments: args } };
}

function openai(body: unknown, message: { content: string; tool_calls?: object[] }, reason: string): Script {
  const top = { model: fieldsOf(body).model };
  if (!isStreamed(body))
    return json(200, completion(message, { finish_reason: reason }, { ...top, usage: counts(1000, 500) }));
  const words = message.content.split(/(?<= )/).map((content) => chunk({ content }, {}, top));
  const calls = (message.tool_calls ?? []).map((call) => chunk({ tool_calls: [call] }, {}, top));
  return sse([
    chunk({ role: "assistant", content: "" }, {}, top),
    ...words,
    ...calls,
    end(reason, top),
    spent(1000, 500),
  ]);
}

function ollama(body: unknown, asked: Asked): Script {
  const common = { model: fieldsOf(body).model, created_at: "2026-12-01T00:00:00Z" };
  const last = { done: true, done_reason: "stop", prompt_eval_count: 1000, eval_count: 500 };
  const message = { role: "assistant", content: textFor(asked) };
  if (fieldsOf(body).stream === false) return json(200, { ...common, message, ...last });
  return ndjson([
    { ...common, message, done: false },
    { ...common, message: { role: "assistant", content: "" }, ...last },
  ]);
}
