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

/** Sends step by step. Who has left is noticed late: some steps are generated ahead, and billed. */
export async function streamed(response: ServerResponse, order: Order): Promise<Charge> {
  const { fault, generations, writer, headers, random } = order;
  const [generation = { steps: [], finish: "stop" as const }] = generations;
  const { steps } = generation;
  const ahead = random.int(0, 12);
  const faultAt = isLate(fault) || fault === "none" ? Infinity : random.int(1, Math.max(1, steps.length - 1));
  let gone = false;
  response.once("close", () => (gone = true));
  response.writeHead(200, { "content-type": writer.streamType, ...headers });
  const charge = (sent: number): Charge => ({ isServed: true, output: outputOf(steps.slice(0, sent + ahead)) });
  for (const [position, step] of steps.entries()) {
    if (gone) return charge(position);
    if (position === faultAt && (await interrupt(response, order))) return charge(position);
    response.write(
      writer.step(step, generation, usageOf(order, [{ ...generation, steps: steps.slice(0, position + 1) }])),
    );
    if (random.chance(0.6)) await nextTurn();
  }
  const ending = writer.end(generation, usageOf(order, generations));
  if (isLate(fault)) for (const piece of ending.slice(0, -1)) response.write(piece);
  if (fault !== "none" && faultAt >= steps.length && (await interrupt(response, order))) return charge(steps.length);
  for (const piece of ending) response.write(piece);
  response.end();
  return charge(steps.length);
}

/** Whether all but the end of an answer arrives, which may be all that matters. */
export function isLate(fault: ServerFault): boolean {
  return fault === "reset before the last byte" || fault === "end before the last byte";
}

/** Does what goes wrong in the middle. False when the answer goes on after it. */
export async function interrupt(response: ServerResponse, { fault, writer, onSilence }: Order): Promise<boolean> {
  switch (fault) {
    case "reset in the middle":
    case "reset before the last byte":
      await nextTurn();
      response.req.socket.resetAndDestroy();
      return true;
    case "end in the middle":
    case "end before the last byte":
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

/** What was used when so much has been generated. */
export function usageOf({ input, cached }: Order, generations: readonly Generation[]): Usage {
  const reasoning = generations.flatMap(({ steps }) =>
    steps.filter(({ kind }) => kind === "reasoning" || kind === "hidden"),
  );
  const output = generations.reduce((sum, { steps }) => sum + outputOf(steps), 0);
  return { input, cached, output, reasoning: outputOf(reasoning) };
}

/** The tokens of some steps. */
export const outputOf = (steps: Generation["steps"]) => steps.reduce((sum, { tokens }) => sum + tokens, 0);

/** Resolves when the client has gone. */
export function closed(response: ServerResponse): Promise<void> {
  if (response.closed) return Promise.resolve();
  return new Promise((resolve) => response.once("close", () => resolve()));
}
