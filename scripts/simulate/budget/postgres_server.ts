import { execFile } from "node:child_process";
import { chown, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { postgresPrograms } from "../../../tests/support/postgres_server.js";
import { freePort } from "../../ports/free_port.js";
import { endProgram, startProgram, type StoreServer } from "./store_server.js";

const TABLES =
  "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname !~ '^(pg_|information_schema)'";

/** Starts a PostgreSQL with a new cluster. */
export async function startPostgres(): Promise<StoreServer> {
  const programs = postgresPrograms();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "metered-postgres-"));
  const user = await unprivileged();
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder };
  const run = promisify(execFile);
  await run(
    join(programs, "initdb"),
    ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
    options,
  );
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: folder, max_connections: 200 };
  const args = [
    "-D",
    join(folder, "data"),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const isReady = () =>
    ask(url, "select 1").then(
      () => true,
      () => false,
    );
  const start = () => startProgram(join(programs, "postgres"), args, options, isReady);
  let child = await start();
  return {
    url,
    pause: () => signalFamily(child.pid, "SIGSTOP"),
    resume: () => signalFamily(child.pid, "SIGCONT"),
    restart: async () => {
      await endProgram(child, "SIGINT");
      child = await start();
    },
    empty: async () => {
      const tables = await ask(url, TABLES);
      await ask(url, `truncate ${tables.map(({ name }) => String(name)).join(", ")}`);
    },
    stop: async () => {
      await endProgram(child, "SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL does not run as root. */
async function unprivileged(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const [, , uid, gid] = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/** Its own process, and one for each connection: each of them is in a group of its own. */
async function signalFamily(pid: number | undefined, signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
  if (pid === undefined) return;
  const parent = async (id: string) =>
    / \(.*\) \S (\d+) /s.exec(await readFile(`/proc/${id}/stat`, "utf8").catch(() => ""))?.[1];
  if (signal === "SIGSTOP") process.kill(pid, signal);
  for (const id of await readdir("/proc")) {
    if (/^\d+$/.test(id) && (await parent(id)) === String(pid)) process.kill(Number(id), signal);
  }
  if (signal === "SIGCONT") process.kill(pid, signal);
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
