/**
 * A server in a process of its own, on both wires. The path says how it answers: `/tokens/1000/v1/chat/completions` is a
 * stream of 1,000 events, each in a packet of its own.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { answerOf, type Answer } from "./answers.js";
import type { Delivery, WireName } from "./jobs.js";

const PACKET_BYTES = 4096;
/** Long enough for a client to have read a packet before the next one comes. */
const PACE_MS = 1;

/** What ends the streams that are held: all at once, at a request for `/release`. */
const held: (() => void)[] = [];
const made = new Map<string, Answer>();

function answerAt(path: string): { answer: Answer; delivery: Delivery } | undefined {
  const found = /^\/(whole|burst|packets|tokens|held)\/(\d+)\/(v1\/chat\/completions|api\/chat)$/.exec(path);
  if (!found) return undefined;
  const delivery = found[1] as Delivery;
  const wire: WireName = found[3] === "api/chat" ? "ollama" : "openai";
  const answer = made.get(path) ?? answerOf(wire, delivery, Number(found[2]));
  made.set(path, answer);
  return { answer, delivery };
}

/** The bytes of an answer, in the pieces in which they are written. */
function piecesOf({ events, end }: Answer, delivery: Delivery): (string | Buffer)[] {
  if (delivery === "tokens") return [...events, ...end];
  const bytes = Buffer.from([...events, ...(delivery === "held" ? [] : end)].join(""));
  if (delivery !== "packets" && delivery !== "held") return [bytes];
  return Array.from({ length: Math.ceil(bytes.length / PACKET_BYTES) }, (_, index) =>
    bytes.subarray(index * PACKET_BYTES, (index + 1) * PACKET_BYTES),
  );
}

async function send(response: ServerResponse, answer: Answer, delivery: Delivery): Promise<void> {
  response.writeHead(200, { "content-type": answer.contentType });
  const pieces = piecesOf(answer, delivery);
  for (const piece of pieces) {
    response.write(piece);
    if (pieces.length > 1) await pause(PACE_MS);
  }
  if (delivery === "held") held.push(() => response.end(answer.end.join("")));
  else response.end();
}

const server = createServer({ noDelay: true }, (request, response) => {
  request.resume();
  request.on("end", () => {
    if (request.url === "/release") {
      for (const end of held.splice(0)) end();
      response.end();
      return;
    }
    const found = answerAt(request.url ?? "");
    if (found) void send(response, found.answer, found.delivery);
    else response.writeHead(404).end();
  });
});
server.listen(0, "127.0.0.1", () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on("disconnect", () => process.exit(0));
