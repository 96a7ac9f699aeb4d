import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const require = createRequire(import.meta.url);

/** Where workerd is, if the registry has one for this machine: its package throws where there is none. */
export function findWorkerd(): string | undefined {
  try {
    const { default: program } = require("workerd") as { default: string };
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** A Worker that runs. */
export interface Worker {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a Worker of one module.
 * @param date - its compatibility date: those of 2026 bring much of Node along, those before have nothing of it
 */
export async function startWorker(program: string, script: string, date: string): Promise<Worker> {
  const folder = mkdtempSync(join(tmpdir(), "workerd-"));
  writeFileSync(join(folder, "worker.js"), script);
  writeFileSync(join(folder, "config.capnp"), configOf(date));
  // Where it listens, it says on a pipe of its own, the fourth.
  const child = spawn(program, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let words = "";
  child.stderr?.on("data", (piece: Buffer) => (words += piece.toString("utf8")));
  const ended = new Promise<void>((resolve) => child.once("error", () => resolve()).once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const port = await Promise.race([portOf(child.stdio[3] as Readable), ended]); // a pipe, as `stdio` says
  if (typeof port === "number") return { url: `http://127.0.0.1:${port}`, stop };
  await stop();
  throw new Error(`workerd did not start.\n${words.slice(-2_000)}`);
}

async function portOf(control: Readable): Promise<number | undefined> {
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line) as { event: string; port?: number };
    if (event === "listen") return port;
  }
  return undefined;
}

const configOf = (date: string): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ( name = "main",
      worker = (
        modules = [(name = "worker", esModule = embed "worker.js")],
        compatibilityDate = "${date}",
        globalOutbound = "network"
      ) ),
    (name = "network", network = (allow = ["private", "public"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
`;
