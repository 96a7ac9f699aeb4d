import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../ports/free_port.js";
import { endProgram, startProgram, type StoreServer } from "./store_server.js";

/** Starts a Redis that has on its disk what it has answered. */
export async function startRedis(): Promise<StoreServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "metered-redis-"));
  const args = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", ""].map(String);
  args.push("--appendonly", "yes", "--appendfsync", "always");
  const isReady = async () => (await ask(port, "PING").catch(() => "")).startsWith("+PONG");
  const start = () => startProgram("redis-server", args, {}, isReady);
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: async () => void child.kill("SIGSTOP"),
    resume: async () => void child.kill("SIGCONT"),
    restart: async () => {
      await endProgram(child, "SIGKILL");
      child = await start();
    },
    empty: async () => void (await ask(port, "FLUSHALL")),
    stop: async () => {
      await endProgram(child, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sends an inline command, and resolves with the first bytes of the answer. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
    socket.once("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}
