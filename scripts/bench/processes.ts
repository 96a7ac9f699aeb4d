import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A process that answers each message with one. */
export class Worker {
  private constructor(
    private readonly child: ChildProcess,
    private readonly gone: Promise<void>,
    /** What it said when it was ready. */
    readonly greeting: unknown,
  ) {}

  static async start(script: string, args: string[], execArgv: string[] = []): Promise<Worker> {
    const child = fork(await compiled(script), args, { execArgv });
    const gone = once(child, "exit").then(() => undefined);
    return new Worker(child, gone, await replyOf(child, gone));
  }

  async ask(message: object): Promise<unknown> {
    const reply = replyOf(this.child, this.gone);
    this.child.send(message);
    return reply;
  }

  async end(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    await this.gone;
  }
}

/**
 * A script as plain JavaScript: a process that compiles what it imports takes seconds to start, and does it in a thread
 * whose time counts as its own. It lies two folders below the root, as `scripts/bench/` does, so that paths to the build hold.
 */
async function compiled(script: string): Promise<string> {
  const outfile = join(root, ".cache/bench", script.replace("/", "_").replace(/\.ts$/, ".mjs"));
  const entry = join(root, "scripts/bench", script);
  await build({ entryPoints: [entry], outfile, bundle: true, packages: "external", platform: "node", format: "esm" });
  return outfile;
}

async function replyOf(child: ChildProcess, gone: Promise<void>): Promise<unknown> {
  const reply = once(child, "message").then(([message]) => ({ message: message as unknown }));
  const answer = await Promise.race([reply, gone]);
  if (answer) return answer.message;
  throw new Error("A process of the bench ended before it answered; what it wrote says why.");
}
