import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy on loopback whose connections can be cut. */
export class CutProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server;
  port = 0;

  constructor(readonly target: number) {
    this.#server = createServer((client) => {
      const server = connect(target, "127.0.0.1");
      for (const [socket, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => {}).on("close", () => (this.#sockets.delete(socket), other.destroy()));
        socket.pipe(other);
      }
    });
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    this.port = (this.#server.address() as AddressInfo).port; // it listens on a port
    return this;
  }

  /** Ends all connections, in the middle of whatever they carry. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }
}
