import type { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { Gate } from "./gate.js";
import { isData, type Fault, type Script, type Step } from "./wire_script.js";

/** What became of a script: sent to its end, hung up by a fault of its own, or left by the client. */
export type Outcome = "sent" | "hung up" | "left";

interface Stage {
  readonly socket: Socket;
  readonly out: Writable;
  /** Resolves when the client has left. */
  readonly gone: Promise<void>;
}

/** Plays a script on one response. */
export async function play(script: Script, response: ServerResponse): Promise<Outcome> {
  const { socket } = response.req;
  // A client that has the whole of an answer may ask again on the same connection before that answer has ended here.
  if (response.socket === null) await Promise.race([emitted(response, "socket"), closeOf(socket)]);
  if (socket.destroyed) return "left";
  const gone = emitted(response, "close");
  response.on("error", () => {}); // writing to a client that has just left is no error of the server's

  const ahead = await playAll(script.before, { socket, out: socket, gone });
  if (ahead !== "sent") return ahead;
  response.writeHead(script.status, script.headers).flushHeaders();
  const body = await playAll(script.steps, { socket, out: response, gone });
  if (body !== "sent") return body;
  response.end();
  await gone;
  if (!response.writableFinished) return "left";
  if (script.after.length === 0) return "sent";
  return playAll(script.after, { socket, out: socket, gone: emitted(socket, "close") });
}

async function playAll(steps: readonly Step[], stage: Stage): Promise<Outcome> {
  for (const step of steps) {
    if (stage.socket.destroyed) return "left";
    const outcome = await playStep(step, stage);
    if (outcome !== "sent") return outcome;
  }
  return "sent";
}

async function playStep(step: Step, stage: Stage): Promise<Outcome> {
  if (isData(step)) {
    await send(step, stage);
  } else if (step instanceof Gate) {
    step.arrive();
    await Promise.race([step.opened, stage.gone]);
  } else {
    return fail(step, stage);
  }
  return "sent";
}

async function send(data: string | Uint8Array, { out, gone }: Stage): Promise<void> {
  if (!out.write(data)) await Promise.race([emitted(out, "drain"), gone]);
  // A client in this process reads when the event loop polls, which is sure to lie between two of its check phases. Then a
  // piece is read as a piece, and a reset after it is not taken for the end of the stream.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

async function fail(fault: Fault, { socket, gone }: Stage): Promise<Outcome> {
  if (fault.kind === "reset") socket.resetAndDestroy();
  else if (fault.kind === "cut") socket.destroySoon();
  await gone;
  return fault.kind === "stall" ? "left" : "hung up";
}

async function closeOf(socket: Socket): Promise<void> {
  if (!socket.destroyed) await emitted(socket, "close");
}

/** Unlike `once` of `node:events` it does not reject when the emitter emits an error: `close` follows that. */
function emitted(emitter: EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => emitter.once(event, () => resolve()));
}
