import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Bill } from "./bill.js";
import { readChatRequest, type ChatRequest } from "./chat_request.js";
import { Counters } from "./counters.js";
import { FALLBACK } from "./models.js";
import { toOrder } from "./order.js";
import { planCall, planRequest } from "./plan.js";
import { runKey } from "./question.js";
import { Signals } from "./signals.js";
import { serve } from "./serving.js";

/**
 * A server on loopback that speaks both wires, does what the seed says, and bills what it generated: by its own
 * tokenizers, hidden reasoning and tokens for clients that had gone included, each request whether its answer arrived or not.
 */
export class BillingServer {
  /** How often each fault happened. */
  readonly faults = new Counters();
  /** Requests that no script covers, in words. */
  readonly problems: string[] = [];
  /** Set off with a call's index when the server keeps silent on it. */
  readonly silences = new Signals<number>();
  /** Whether it tells the usage of all that it answers, where it would else keep some to itself. */
  tellsUsage = false;
  openResponses = 0;
  openSockets = 0;
  readonly #server: Server;
  readonly #attempts = new Counters();

  constructor(
    readonly seed: string,
    readonly bill = new Bill(),
  ) {
    this.#server = createServer((message, response) => void this.#answer(message, response));
    this.#server.keepAliveTimeout = 0; // faults are those that the simulation plays
    this.#server.on("connection", (socket) => {
      this.openSockets++;
      socket.once("close", () => this.openSockets--);
      socket.on("error", () => {}); // a client that hangs up is none of the server's errors
    });
  }

  /** Starts to listen on a free port of 127.0.0.1. */
  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  /** `http://127.0.0.1:port`. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on TCP, never on a pipe
    return `http://127.0.0.1:${port}`;
  }

  /** Ends idle connections; what is open after it belongs to a call that has not ended. */
  closeIdle(): void {
    this.#server.closeIdleConnections();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.openResponses++;
    response.on("error", () => {});
    try {
      const body = await read(message).catch(() => undefined);
      // What models ask beside chatting is not known here, and costs nothing.
      if (message.method === "GET") response.writeHead(404).end();
      // Nor does a request that did not arrive whole.
      else if (body !== undefined) await this.#serve(readChatRequest(message.url ?? "", body), response);
    } catch (error) {
      this.problems.push(String(error));
      response.destroy();
    } finally {
      this.openResponses--;
    }
  }

  async #serve(request: ChatRequest, response: ServerResponse): Promise<void> {
    const { index, part } = request.mark;
    const key = runKey(request.mark, request.model, request.turn);
    const call = planCall(this.seed, index);
    // The refusal to answer without a stream is not one of the scenario's attempts.
    const attempt = this.#attempts.add(key) - (call.path.name === "invoke, made to stream" ? 2 : 1);
    const asked = { index, part, turn: request.turn, attempt, isFallback: request.model.endsWith(FALLBACK) };
    const plan = planRequest(this.seed, call, asked);
    const order = toOrder(request, call, { ...plan, tellsUsage: this.tellsUsage }, () => this.silences.set(index));
    this.faults.add(order.fault);
    const { isServed, output } = await serve(response, order);
    const { input, cached } = order;
    const outputTokens = isServed ? output : 0;
    this.bill.charge({
      key,
      fault: order.fault,
      inputTokens: isServed ? input : 0,
      cachedTokens: isServed ? cached : 0,
      outputTokens,
    });
  }
}

async function read(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of message as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
