import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process that answers each message with one. */
export class Worker {
  private constructor(
    private readonly child: ChildProcess,
    private readonly gone: Promise<void>,
    /** What it said when it was ready. */
    readonly greeting: unknown,
  ) {}

  static async start(script: string, args: string[], execArgv: string[] = []): Promise<Worker> {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = fork(path, args, { execArgv: [...process.execArgv, ...execArgv] });
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

async function replyOf(child: ChildProcess, gone: Promise<void>): Promise<unknown> {
  const reply = once(child, "message").then(([message]) => ({ message: message as unknown }));
  const answer = await Promise.race([reply, gone]);
  if (answer) return answer.message;
  throw new Error("A process of the bench ended before it answered; what it wrote says why.");
}
