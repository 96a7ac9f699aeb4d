/** Streams as many chunks as its argument says, on both wires, from a process of its own: `tsx chunk_server.ts 10000`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const count = Number(process.argv[2] ?? "10000");

const openai = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const usage = { prompt_tokens: 10, completion_tokens: count, total_tokens: count + 10 };
const openaiBody = Buffer.from(
  openai({ role: "assistant", content: "" }) +
    Array.from({ length: count }, (_, index) => openai({ content: ` word${index % 100}` })).join("") +
    openai({}, "stop") +
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model: "m", choices: [], usage })}\n\ndata: [DONE]\n\n`,
);
const ollama = (message: object, rest: object = { done: false }) =>
  `${JSON.stringify({ model: "m", created_at: "2026-01-01T00:00:00Z", message: { role: "assistant", content: "", ...message }, ...rest })}\n`;
const ollamaBody = Buffer.from(
  Array.from({ length: count }, (_, index) => ollama({ content: ` word${index % 100}` })).join("") +
    ollama({}, { done: true, done_reason: "stop", prompt_eval_count: 10, eval_count: count }),
);

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    const isOllama = request.url?.startsWith("/api/") ?? false;
    response.writeHead(200, { "content-type": isOllama ? "application/x-ndjson" : "text/event-stream" });
    response.end(isOllama ? ollamaBody : openaiBody);
  });
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
process.stdin.on("end", () => process.exit(0)).resume();
