const { createServer } = require("node:http");

const usage = { prompt_tokens: 11, completion_tokens: 2, total_tokens: 13 };
const completion = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "served-model",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello there" }, finish_reason: "stop" }],
  usage,
};

function chunk(choices, rest) {
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "served-model", choices, ...rest };
}
const chunks = [
  chunk([{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }]),
  chunk([{ index: 0, delta: { content: "Hello" }, finish_reason: null }]),
  chunk([{ index: 0, delta: { content: " there" }, finish_reason: null }]),
  chunk([{ index: 0, delta: {}, finish_reason: "stop" }]),
  chunk([], { usage }),
];

const told = { model: "served-model", created_at: "2026-01-01T00:00:00Z" };
const counts = { total_duration: 5, load_duration: 1, prompt_eval_count: 11, eval_count: 2, eval_duration: 3 };
const lines = [
  { ...told, message: { role: "assistant", content: "Hello" }, done: false },
  { ...told, message: { role: "assistant", content: " there" }, done: false },
  { ...told, message: { role: "assistant", content: "" }, done: true, done_reason: "stop", ...counts },
];

function respond(url, wanted, response) {
  if (url.endsWith("/chat/completions")) {
    response.setHeader("content-type", wanted.stream ? "text/event-stream" : "application/json");
    if (!wanted.stream) return response.end(JSON.stringify(completion));
    return response.end(`${chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join("")}data: [DONE]\n\n`);
  }
  if (url.endsWith("/api/chat")) {
    response.setHeader("content-type", "application/x-ndjson");
    if (wanted.stream !== false) return response.end(lines.map((each) => `${JSON.stringify(each)}\n`).join(""));
    return response.end(JSON.stringify({ ...lines[2], message: { role: "assistant", content: "Hello there" } }));
  }
  response.statusCode = 404;
  return response.end("{}");
}

/** A loopback server that says "Hello there" on both wires, streamed or not: 11 tokens in, 2 out. */
exports.startServer = async function startServer() {
  const requests = [];
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      requests.push({ url: request.url, body: JSON.parse(body) });
      respond(request.url, JSON.parse(body), response);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, requests, close };
};
