import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "../../scripts/ports/free_port.js";
import { Changes } from "./changes.js";
import { play } from "./wire_player.js";
import { readRequest, type WireRequest } from "./wire_request.js";
import { text, type Script } from "./wire_script.js";

/** A script, or a function that picks one when it sees the request. */
export type Reply = Script | ((request: WireRequest) => Script | Promise<Script>);

/** A real HTTP server on loopback that does what the test says, byte by byte. */
export class WireServer {
  /** Every request whose body came whole, in the order of arrival. */
  readonly requests: WireRequest[] = [];
  /** Connections that are open now, idle kept-alive ones included. */
  openSockets = 0;
  /** Requests that are being answered now. */
  openResponses = 0;
  readonly #changes = new Changes();
  readonly #routes = new Map<string, Reply>();
  readonly #queue: Reply[] = [];
  readonly #problems: string[] = [];
  readonly #server: Server;
  #default: Reply | undefined;
  #closing = false;

  constructor(reply?: Reply) {
    this.#default = reply;
    this.#server = createServer((message, response) => void this.#answer(message, response));
    // An idle connection that the server ends just as a busy process uses it again is a fault that no test asked for.
    this.#server.keepAliveTimeout = 0;
    this.#server.on("connection", (socket) => {
      this.#count({ sockets: 1 });
      socket.once("close", () => this.#count({ sockets: -1 }));
      socket.on("error", () => {}); // a client that hangs up is no error of the server's
    });
  }

  /** `http://127.0.0.1:port`, without a slash at the end. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on TCP, never on a pipe
    return `http://127.0.0.1:${port}`;
  }

  /** Replies to the next requests that no route takes, one each, in this order. */
  reply(...replies: Reply[]): this {
    this.#queue.push(...replies);
    return this;
  }

  /** The reply to every request on a path, as `/v1/models` or `GET /v1/models`: goes before the queue. */
  on(path: string, reply: Reply): this {
    this.#routes.set(path, reply);
    return this;
  }

  /** The reply when no route matches and the queue is empty. */
  always(reply: Reply): this {
    this.#default = reply;
    return this;
  }

  /** Resolves when a statement about the server has become true. */
  when(holds: (server: this) => boolean): Promise<void> {
    return this.#changes.until(() => holds(this));
  }

  /** The request number `count` (from 1), once it has arrived. */
  async received(count = 1): Promise<WireRequest> {
    await this.when(({ requests }) => requests.length >= count);
    return this.requests[count - 1] as WireRequest; // the line above waited for it
  }

  /** Resolves when no request is being answered. */
  idle(): Promise<void> {
    return this.when(({ openResponses }) => openResponses === 0);
  }

  /** Starts to listen on a free port of 127.0.0.1. */
  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  /** Closes every connection. Rejects when a request had no script: a test must know what its server was asked. */
  async close(): Promise<void> {
    this.#closing = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    if (this.#problems.length > 0) throw new Error(`Wire server: ${this.#problems.join("; ")}.`);
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#count({ responses: 1 });
    const request = await readRequest(message).catch(() => undefined);
    if (request !== undefined) {
      this.requests.push(request);
      this.#changes.changed();
      const outcome = await play(await this.#scriptFor(request), response);
      request.close(outcome === "left" && !this.#closing);
    }
    this.#count({ responses: -1 });
  }

  async #scriptFor(request: WireRequest): Promise<Script> {
    const path = request.path.replace(/\?.*/, "");
    const reply =
      this.#routes.get(`${request.method} ${path}`) ?? this.#routes.get(path) ?? this.#queue.shift() ?? this.#default;
    try {
      if (reply === undefined) throw new Error("no script");
      return typeof reply === "function" ? await reply(request) : reply;
    } catch (error) {
      return this.#problem(
        `\`${request.method} ${request.path}\`: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #problem(problem: string): Script {
    this.#problems.push(problem);
    return text(400, `wire server: ${problem}`);
  }

  #count({ sockets = 0, responses = 0 }): void {
    this.openSockets += sockets;
    this.openResponses += responses;
    this.#changes.changed();
  }
}

/** Starts a wire server; `reply` answers what no route and no queued reply does. */
export function startWireServer(reply?: Reply): Promise<WireServer> {
  return new WireServer(reply).listen();
}

/** A URL on loopback where nobody listens: connections to it are refused. */
export async function refusedUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}
