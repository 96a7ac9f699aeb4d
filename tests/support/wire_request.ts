import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** A request as it came over the socket, and how its answer ended. */
export interface WireRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** The parsed body, `undefined` when it is no JSON. */
  readonly json: unknown;
  /** Resolves when the answer has been sent, or the connection is gone. Look at `aborted` after it. */
  readonly closed: Promise<void>;
  /** True when the client hung up before all of the answer had been handed to the socket. */
  readonly aborted: boolean;
}

/** The server's side of a `WireRequest`: it says how the answer ended. */
export class OpenRequest implements WireRequest {
  readonly closed: Promise<void>;
  aborted = false;
  #close: () => void = () => {};

  constructor(
    readonly method: string,
    readonly path: string,
    readonly headers: IncomingHttpHeaders,
    readonly body: Buffer,
  ) {
    this.closed = new Promise((resolve) => (this.#close = resolve));
  }

  get text(): string {
    return this.body.toString("utf8");
  }

  get json(): unknown {
    try {
      return JSON.parse(this.text) as unknown;
    } catch {
      return undefined;
    }
  }

  /** Said by the server, once. */
  close(aborted: boolean): void {
    this.aborted = aborted;
    this.#close();
  }
}

/** Reads a request's body to its end. Rejects when the client hangs up in the middle of it. */
export async function readRequest(message: IncomingMessage): Promise<OpenRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer); // a message without an encoding yields buffers
  return new OpenRequest(message.method ?? "", message.url ?? "", message.headers, Buffer.concat(pieces));
}
