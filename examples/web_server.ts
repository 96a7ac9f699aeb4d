/**
 * A web server whose answers reach the browser as they are made (server-sent events), with a cap for each user and day. A reader who
 * closes the page ends the call. `npx tsx examples/web_server.ts`, then open the address that it prints.
 */
import "./endpoint.js";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Budget, BudgetExceededError, ChatFireworks, CostCallbackHandler, JsonlLedger } from "langchain-metered";

const { PORT = "0", DAILY_LIMIT_USD = "0.05", LEDGER = "usage.jsonl" } = process.env;

const budget = new Budget({ name: "user", limitUsd: DAILY_LIMIT_USD, per: "day", by: "user" });
const costs = new CostCallbackHandler({ budget, ledger: new JsonlLedger(LEDGER) });
const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 200, callbacks: [costs] });
const page = readFileSync(new URL("web_server.html", import.meta.url));

/** Who asks. In earnest this comes from your session: whoever can choose a name chooses a budget. */
const userOf = (query: URLSearchParams): string => query.get("user") ?? "guest";

async function answer(query: URLSearchParams, response: ServerResponse): Promise<void> {
  const user = userOf(query);
  const send = (event: string, data: unknown) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const closed = new AbortController();
  response.once("close", () => closed.abort());
  try {
    const options = { metadata: { user }, signal: closed.signal };
    for await (const { text } of await model.stream(query.get("question") ?? "", options)) {
      if (text !== "") send("text", text);
    }
    const { spent, remaining } = await budget.state(user);
    send("end", { spent, remaining });
  } catch (error) {
    if (!closed.signal.aborted) send("failed", messageFor(error));
  }
  response.end();
}

/** What a user may read. What an error says beside that is for the log. */
function messageFor(error: unknown): string {
  if (BudgetExceededError.isInstance(error)) return `Your budget is spent until ${error.resetsAt?.toISOString()}.`;
  console.error(error);
  return "There was no answer. Try again later.";
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  // Not by `new URL`, which throws of a path such as `//`: that would end the server.
  const [path, query] = (request.url ?? "/").split("?");
  if (path === "/answer") void answer(new URLSearchParams(query), response);
  else if (path === "/") response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  else response.writeHead(404).end();
});
server.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
// The calls under way end, and are in the ledger before the process is over.
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
