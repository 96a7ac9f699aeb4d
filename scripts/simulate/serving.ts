import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Generation } from "./generation.js";
import type { Random } from "./random.js";
import type { ServerFault } from "./scenarios.js";
import type { Usage, Writer } from "./writer.js";

/** Everything that is decided about one request before the first byte of its answer. */
export interface Order {
  fault: ServerFault;
  stream: boolean;
  generations: readonly Generation[];
  input: number;
  cached: number;
  writer: Writer;
  headers: Record<string, string>;
  random: Random;
  /** Told when the server has gone silent. */
  onSilence: () => void;
}

/** What is charged for a request: its input or nothing of it, and output tokens. */
export interface Charge {
  isServed: boolean;
  output: number;
}

const NOTHING: Charge = { isServed: false, output: 0 };
const REFUSED: Partial<Record<ServerFault, number>> = { "status 400": 400, "must stream": 400, "status 429": 429, "status 500": 500, "status 503": 503 };

/** Answers a request, or fails to, and says what to charge for it. */
export async function serve(response: ServerResponse, order: Order): Promise<Charge> {
  const { fault } = order;
  const status = REFUSED[fault];
  if (status !== undefined) {
    const headers = { "content-type": "application/json", ...(status === 429 ? { "retry-after": "0" } : {}) };
    response.writeHead(status, headers).end(JSON.stringify({ error: { message: fault === "must stream" ? "Set stream=true for so many tokens." : `simulated ${status}`, type: "simulated" } }));
    return NOTHING;
  }
  switch (fault) {
    case "gateway 504":
      response.writeHead(504, { "content-type": "text/html" }).end("<html><body>504 Gateway Time-out</body></html>");
      return behindTheScenes(order);
    case "reset before the answer":
      response.req.socket.resetAndDestroy();
      return behindTheScenes(order);
    case "hang-up before the answer":
      response.destroy();
      return behindTheScenes(order);
    case "silence before the answer":
      order.onSilence();
      await closed(response);
      return behindTheScenes(order);
    case "page":
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><html><body>It works!</body></html>");
      return behindTheScenes(order);
    case "empty body":
      response.writeHead(200, { "content-type": order.stream ? order.writer.streamType : "application/json" }).end();
      return behindTheScenes(order);
    case "error at once":
      return failAtOnce(response, order);
    default:
      return order.stream ? streamed(response, order) : whole(response, order);
  }
}

/** Nobody sees the answer. It may be generated all the same: in part, to its end, or not at all. */
function behindTheScenes(order: Order): Charge {
  const { random } = order;
  const share = random.pick([undefined, 0, random.next(), 1]);
  return share === undefined ? NOTHING : { isServed: true, output: generated(order, share) };
}

function generated({ generations }: Order, share: number): number {
  return generations.reduce((sum, { steps }) => sum + outputOf(steps.slice(0, Math.round(steps.length * share))), 0);
}

const outputOf = (steps: Generation["steps"]) => steps.reduce((sum, { tokens }) => sum + tokens, 0);

function failAtOnce(response: ServerResponse, order: Order): Charge {
  const { stream, writer, random } = order;
  // An error that names a refusal is one, whatever the status of the answer.
  const isRefusal = writer.namesCodes && random.chance(0.3);
  const error = writer.error(isRefusal ? 503 : undefined);
  response.writeHead(200, { "content-type": stream ? writer.streamType : "application/json" });
  response.end(stream ? writer.frame(error) : JSON.stringify(error));
  return isRefusal ? NOTHING : behindTheScenes(order);
}

/** What is not streamed is generated before its first byte is sent. */
async function whole(response: ServerResponse, order: Order): Promise<Charge> {
  const { fault, generations, writer, headers } = order;
  const body = writer.whole(generations, usageOf(order, generations));
  response.writeHead(200, { "content-type": "application/json", ...headers });
  if (fault === "none") response.end(body);
  else {
    await written(response, body.slice(0, Math.max(1, body.length >> 1)));
    await interrupt(response, order);
  }
  return { isServed: true, output: generated(order, 1) };
}

/** Sends step by step. Who has left is noticed late: some steps are generated ahead, and billed. */
async function streamed(response: ServerResponse, order: Order): Promise<Charge> {
  const { fault, generations, writer, headers, random } = order;
  const [generation = { steps: [], finish: "stop" as const }] = generations;
  const { steps } = generation;
  const ahead = random.int(0, 12);
  const faultAt = fault === "none" ? Infinity : random.int(1, Math.max(1, steps.length - 1));
  let gone = false;
  response.once("close", () => (gone = true));
  response.writeHead(200, { "content-type": writer.streamType, ...headers });
  const charge = (sent: number): Charge => ({ isServed: true, output: outputOf(steps.slice(0, sent + ahead)) });
  for (const [position, step] of steps.entries()) {
    if (gone) return charge(position);
    if (position === faultAt && (await interrupt(response, order))) return charge(position);
    response.write(writer.step(step, generation, usageOf(order, [{ ...generation, steps: steps.slice(0, position + 1) }])));
    if (random.chance(0.6)) await nextTurn();
  }
  if (faultAt >= steps.length && fault !== "none" && (await interrupt(response, order))) return charge(steps.length);
  for (const piece of writer.end(generation, usageOf(order, generations))) response.write(piece);
  response.end();
  return charge(steps.length);
}

/** Does what goes wrong in the middle. False when the answer goes on after it. */
async function interrupt(response: ServerResponse, { fault, writer, onSilence }: Order): Promise<boolean> {
  switch (fault) {
    case "reset in the middle":
      await nextTurn();
      response.req.socket.resetAndDestroy();
      return true;
    case "end in the middle":
      response.end();
      return true;
    case "error event":
      response.end(writer.frame(writer.error()));
      return true;
    case "malformed event":
      response.write(writer.garbage());
      return false;
    case "silence in the middle":
      await nextTurn();
      onSilence();
      await closed(response);
      return true;
    default:
      throw new Error(`\`${fault}\` is nothing that happens in the middle.`);
  }
}

function usageOf({ input, cached }: Order, generations: readonly Generation[]): Usage {
  const reasoning = generations.flatMap(({ steps }) => steps.filter(({ kind }) => kind === "reasoning" || kind === "hidden"));
  const output = generations.reduce((sum, { steps }) => sum + outputOf(steps), 0);
  return { input, cached, output, reasoning: outputOf(reasoning) };
}

const written = (response: ServerResponse, text: string) => new Promise<void>((resolve) => response.write(text, () => resolve()));

function closed(response: ServerResponse): Promise<void> {
  if (response.closed) return Promise.resolve();
  return new Promise((resolve) => response.once("close", () => resolve()));
}
