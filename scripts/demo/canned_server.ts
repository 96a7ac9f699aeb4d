import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the demonstration asks for, as the canned server recognises it. */
interface Ask {
  model: string;
  stream: boolean;
  lastRole: string;
  question: string;
  /** The name of the first tool. */
  tool: string | undefined;
  /** The schema that the answer must follow. */
  schema: Schema | undefined;
}

/** As much of JSON Schema as the demonstration uses. */
interface Schema {
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
}

/** What it answers. */
interface Canned {
  text: string;
  call?: { name: string; arguments: Record<string, unknown> };
}

/** How the canned server is run. */
export interface CannedServerOptions {
  /** Whether the process stays for it. @default true */
  holdsProcess?: boolean;
}

/** A loopback server that speaks OpenAI's wire under `/v1` and Ollama's under `/api`, with answers from a can. */
export async function startCannedServer({ holdsProcess = true }: CannedServerOptions = {}): Promise<{
  url: string;
  close: () => Promise<void>;
}> {
  const server = createServer((request, response) => void answer(request, response));
  if (!holdsProcess) server.unref();
  server.keepAliveTimeout = 0; // a process that was busy for seconds uses its connections again
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = "";
  for await (const piece of request) text += String(piece);
  const body = JSON.parse(text === "" ? "{}" : text) as Record<string, unknown>;
  const ask = readAsk(body);
  const canned = respond(ask);
  if (request.url === "/api/chat") sendOllama(response, ask, canned, text.length);
  else if (request.url?.endsWith("/chat/completions")) sendOpenAI(response, ask, canned, text.length);
  else
    response
      .writeHead(404, { "content-type": "application/json" })
      .end('{"error":{"message":"not in this demonstration"}}');
}

function readAsk(body: Record<string, unknown>): Ask {
  const messages = (body.messages ?? []) as { role: string; content: unknown }[];
  const question = messages.filter((message) => message.role === "user").at(-1);
  return {
    model: String(body.model),
    stream: body.stream !== false,
    lastRole: messages.at(-1)?.role ?? "user",
    question: JSON.stringify(question?.content ?? ""),
    tool: (body.tools as { function: { name: string } }[] | undefined)?.[0]?.function.name,
    schema:
      (body.format as Schema | undefined) ??
      (body.response_format as { json_schema?: { schema: Schema } } | undefined)?.json_schema?.schema,
  };
}

function respond(ask: Ask): Canned {
  if (ask.schema) return { text: JSON.stringify(fill(ask.schema, "answer")) };
  if (ask.lastRole !== "tool" && ask.tool !== undefined) {
    const isWeather = /weather/i.test(ask.question);
    return {
      text: "",
      call: { name: ask.tool, arguments: isWeather ? { city: "Paris" } : { city: "Lisbon", country: "Portugal" } },
    };
  }
  if (ask.lastRole === "tool") return { text: "It is 21 C in Paris." };
  return { text: "Tides are the sea rising and falling as the Moon and the Sun pull at it." };
}

/** What the can has for properties of these names. */
const FACTS: Record<string, string> = { city: "Lisbon", country: "Portugal" };

/** A value that follows a simple schema, as a constrained sampler would give it. */
function fill(schema: Schema, name: string): unknown {
  if (schema.anyOf?.[0]) return fill(schema.anyOf[0], name);
  if (schema.properties)
    return Object.fromEntries(Object.entries(schema.properties).map(([key, part]) => [key, fill(part, key)]));
  return schema.enum?.[0] ?? schema.const ?? FACTS[name] ?? name;
}

/** The demonstration's own count: four characters a token. Only real servers count for real. */
const tokens = (characters: number) => Math.ceil(characters / 4);

function sendOpenAI(response: ServerResponse, ask: Ask, canned: Canned, promptLength: number): void {
  const { text, call } = canned;
  const calls = call && [
    {
      index: 0,
      id: "call_1",
      type: "function",
      function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    },
  ];
  const output = tokens(text.length + (call ? JSON.stringify(call).length : 0));
  const input = tokens(promptLength);
  const usage = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0 },
  };
  const finish_reason = call ? "tool_calls" : "stop";
  const common = { id: "chatcmpl-1", model: ask.model };
  if (!ask.stream) {
    const message = { role: "assistant", content: text, ...(calls ? { tool_calls: calls } : {}) };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ ...common, object: "chat.completion", choices: [{ index: 0, message, finish_reason }], usage }),
    );
    return;
  }
  const chunk = (delta: object, finish: string | null = null) => ({
    ...common,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const chunks: object[] = [chunk({ role: "assistant", content: "" })];
  for (const word of text.split(/(?<= )/)) if (word !== "") chunks.push(chunk({ content: word }));
  if (calls) chunks.push(chunk({ tool_calls: calls }));
  chunks.push(chunk({}, finish_reason), { ...common, choices: [], usage });
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of chunks) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end("data: [DONE]\n\n");
}

function sendOllama(response: ServerResponse, ask: Ask, canned: Canned, promptLength: number): void {
  const { text, call } = canned;
  const common = { model: ask.model, created_at: new Date().toISOString() };
  const output = tokens(text.length + (call ? JSON.stringify(call).length : 0));
  const last = { done: true, done_reason: "stop", prompt_eval_count: tokens(promptLength), eval_count: output };
  const tool_calls = call && [{ id: "call_1", function: { index: 0, name: call.name, arguments: call.arguments } }];
  if (!ask.stream) {
    const message = { role: "assistant", content: text, ...(tool_calls ? { tool_calls } : {}) };
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ ...common, message, ...last }));
    return;
  }
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  const line = (message: object, rest: object = { done: false }) =>
    response.write(
      `${JSON.stringify({ ...common, message: { role: "assistant", content: "", ...message }, ...rest })}\n`,
    );
  for (const word of text.split(/(?<= )/)) if (word !== "") line({ content: word });
  if (tool_calls) line({ tool_calls });
  line({}, last);
  response.end();
}
