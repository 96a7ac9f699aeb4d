/**
 * The server of the scale jobs, in a process of its own, on both wires. The path says how it answers:
 * `/held/4000/v1/chat/completions` is a stream of 4,000 events that stays open.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { answerOf } from "../answers.js";
import type { WireName } from "../jobs.js";
import type { Manner } from "./models.js";

const BATCH = 1_000;
/** What ends the streams that are held: all at once, at a request for `/release`. */
const held: (() => void)[] = [];
let requests = 0;
let last = "";

function isManner(name: string | undefined): name is Manner {
  return name === "held" || name === "burst" || name === "whole" || name === "bare" || name === "refusing";
}

function* pieces(events: readonly string[], count: number): Generator<string> {
  for (let sent = 0; sent < count; sent += events.length) yield events.slice(0, count - sent).join("");
}

/** Writes as fast as it is read. */
async function stream(response: ServerResponse, wire: WireName, count: number, isHeld: boolean): Promise<void> {
  const { contentType, events, end } = answerOf(wire, "burst", Math.min(count, BATCH));
  response.writeHead(200, { "content-type": contentType });
  try {
    await pipeline(Readable.from(pieces(events, count)), response, { end: false });
  } catch {
    return; // the client went away
  }
  if (isHeld) held.push(() => response.end(end.join("")));
  else response.end(end.join(""));
}

/** A whole answer, with what the server says of tokens or without. */
function whole(response: ServerResponse, wire: WireName, hasUsage: boolean): void {
  const { contentType, events } = answerOf(wire, "whole", 0);
  const answer = JSON.parse(events.join("")) as Record<string, unknown>;
  if (!hasUsage) for (const key of ["usage", "prompt_eval_count", "eval_count"]) delete answer[key];
  response.writeHead(200, { "content-type": contentType }).end(JSON.stringify(answer));
}

function refuse(response: ServerResponse): void {
  response.writeHead(400, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message: "Unknown field: stream_options", type: "invalid_request_error" } }));
}

function answer(response: ServerResponse, url: string, body: string): void {
  const [, manner, count, api] = url.split("/");
  if (manner === "release") for (const end of held.splice(0)) end();
  if (manner === "release") return void response.end();
  if (manner === "requests") return void response.end(String(requests));
  if (manner === "last") return void response.end(last);
  if (!isManner(manner)) return void response.writeHead(404).end();
  requests++;
  last = body;
  const wire = api === "api" ? "ollama" : "openai";
  if (manner === "whole" || manner === "bare") return whole(response, wire, manner === "whole");
  if (manner === "refusing" && body.includes('"stream_options"')) return refuse(response);
  void stream(response, wire, manner === "refusing" ? 1 : Number(count), manner === "held");
}

const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("end", () => answer(response, request.url ?? "", Buffer.concat(pieces).toString()));
});
server.listen(0, "127.0.0.1", () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on("disconnect", () => process.exit(0));
