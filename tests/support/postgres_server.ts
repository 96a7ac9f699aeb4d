import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { freePort } from "../../scripts/ports/free_port.js";

const INSTALLED = "/usr/lib/postgresql";
/** PostgreSQL refuses to run as root; `nobody` is on every system. */
const NOBODY = 65_534;

/** A PostgreSQL of a test, on a port of its own, with its data in a folder that goes away with it. */
export class PostgresServer {
  readonly #bin = postgresPrograms();
  readonly #folder = mkdtempSync(join(tmpdir(), "metered-postgres-"));
  readonly #identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  readonly #pools: pg.Pool[] = [];
  #own: pg.Pool | undefined;
  #server: ChildProcess | undefined;
  port = 0;

  async start(): Promise<this> {
    if (this.port === 0) {
      if (this.#identity.uid !== undefined) chownSync(this.#folder, NOBODY, NOBODY);
      const flags = ["-D", this.#data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"];
      execFileSync(join(this.#bin, "initdb"), flags, { ...this.#identity, cwd: this.#folder, stdio: "ignore" });
      this.port = await freePort();
    }
    const settings = ["fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"];
    const flags = ["-D", this.#data, "-p", `${this.port}`, ...settings.flatMap((setting) => ["-c", setting])];
    const server = spawn(join(this.#bin, "postgres"), flags, {
      ...this.#identity,
      cwd: this.#folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#server = server;
    const kill = () => server.kill("SIGQUIT");
    process.once("exit", kill);
    server.once("exit", () => process.off("exit", kill));
    const log: string[] = [];
    for await (const line of createInterface({ input: server.stderr })) {
      log.push(line);
      if (line.includes("ready to accept connections")) {
        server.stderr.resume();
        return this;
      }
    }
    throw new Error(`PostgreSQL did not start:\n${log.join("\n")}`);
  }

  /** Connections of a role to this server; they end with it. */
  pool(options: pg.PoolConfig = {}): pg.Pool {
    const pool = new pg.Pool({ ...this.address, user: "postgres", database: "postgres", ...options });
    pool.on("error", () => {});
    this.#pools.push(pool);
    return pool;
  }

  /** Runs statements as the one who may do all. */
  async query(statement: string, values?: unknown[]): Promise<unknown[]> {
    this.#own ??= this.pool({ max: 2 });
    return (await this.#own.query<object>(statement, values)).rows;
  }

  get address(): { host: string; port: number } {
    return { host: "127.0.0.1", port: this.port };
  }

  /** Ends all sessions, and the server. */
  async stop(signal: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  }

  /** Neither answers nor refuses anything until `resume`. */
  pause(): void {
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  /** Stops the server and puts its data as it is beside it; `restore` puts it back. */
  async backUp(): Promise<void> {
    await this.stop();
    this.#replace(this.#backup, this.#data);
    await this.start();
  }

  async restore(): Promise<void> {
    await this.stop();
    this.#replace(this.#data, this.#backup);
    await this.start();
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pools.map((pool) => pool.end()));
    await this.stop("SIGQUIT");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  get #backup(): string {
    return join(this.#folder, "backup");
  }

  #replace(to: string, from: string): void {
    rmSync(to, { recursive: true, force: true });
    // With owners and rights, which Node's own copies do not keep in every version.
    execFileSync("cp", ["-a", from, to]);
  }

  /** Each session has a process of its own. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#server ?? {};
    if (pid === undefined) throw new Error("PostgreSQL is not running.");
    for (const each of [pid, ...childrenOf(pid)]) process.kill(each, signal);
  }
}

/** The folder of the newest PostgreSQL's programs. */
export function postgresPrograms(): string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(INSTALLED, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  const found = folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  if (found !== undefined) return found;
  throw new Error("There is no PostgreSQL here: `apt-get install postgresql`.");
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
