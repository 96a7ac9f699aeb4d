import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createClient } from "redis";
import { freePort } from "../../scripts/ports/free_port.js";

/** A real redis-server on a port of its own, whose data is in a folder of its own. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly settings: readonly string[],
  ) {}

  /** @param settings - as on its command line, such as `["--replicaof", "127.0.0.1 6379"]` */
  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "redis-")), settings);
    await server.run();
    return server;
  }

  /** A cluster of one node, which has all slots. */
  static async startCluster(): Promise<RedisServer> {
    const bus = ["--cluster-port", String(await freePort()), "--cluster-announce-ip", "127.0.0.1"];
    const server = await RedisServer.start(["--cluster-enabled", "yes", ...bus]);
    await server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    while (!String(await server.command("CLUSTER", "INFO")).includes("cluster_state:ok"));
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Runs it on the data that it left, and waits until it has loaded that. */
  async run(): Promise<void> {
    const base = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.folder, "--save", ""];
    const child = spawn("redis-server", [...base, "--appendonly", "yes", ...this.settings], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    child.once("exit", () => process.off("exit", kill));
    const failed = new Promise<never>((_, reject) => {
      child.once("error", () => reject(new Error("There is no redis-server here: `apt-get install redis-server`.")));
      child.once("exit", (code) =>
        reject(new Error(`redis-server ended with ${code}: port ${this.port} may be taken.`)),
      );
    });
    failed.catch(() => {}); // it ends after the tests too
    await Promise.race([failed, whenReady(child)]);
  }

  /** Ends it, in an orderly way unless by SIGKILL. Its data stays. */
  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    if (signal === "SIGTERM") child.kill("SIGCONT");
    await ended;
  }

  async restart(signal?: "SIGTERM" | "SIGKILL"): Promise<void> {
    await this.end(signal);
    await this.run();
  }

  /** Ends it, and removes its data. */
  async stop(): Promise<void> {
    await this.end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }

  /** It stays connected, and answers nothing until it resumes. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  async flush(): Promise<void> {
    await this.command("FLUSHALL");
  }

  /** Its data as it is now, for `restartWith`. */
  async snapshot(): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), "redis-copy-"));
    await cp(this.folder, copy, { recursive: true });
    return copy;
  }

  /** Ends it, and runs it again on older data. */
  async restartWith(snapshot: string): Promise<void> {
    await this.end("SIGKILL");
    await rm(this.folder, { recursive: true });
    await cp(snapshot, this.folder, { recursive: true });
    await chmod(this.folder, 0o700);
    await this.run();
  }

  async command(...words: string[]): Promise<unknown> {
    const client = createClient({ url: this.url });
    await client.connect();
    try {
      return await client.sendCommand(words);
    } finally {
      client.destroy();
    }
  }
}

async function whenReady(child: ChildProcess): Promise<void> {
  if (child.stdout === null) return;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes("Ready to accept connections")) continue;
    child.stdout.resume();
    return;
  }
}
