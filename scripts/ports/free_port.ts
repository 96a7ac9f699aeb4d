import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that systems give to whoever asks for any (Linux from 32768, others from 49152), and above those that `fetch` refuses. */
const LOWEST = 20_000;
const HIGHEST = 31_999;

/**
 * A port of 127.0.0.1 at which nobody listens, and at which nobody begins to by chance: a port that a server on any port had
 * just given back may be the next one's.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false; // what servers emit are errors of the system
    throw error;
  }
  server.close();
  await once(server, "close");
  return true;
}
