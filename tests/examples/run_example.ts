import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** Starts a program of `examples/` as its reader does, with nothing configured but what is given. */
export function startExample(
  name: string,
  { args = [], env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): ChildProcessByStdio<null, Readable, Readable> {
  const inherited = Object.entries(process.env).filter(
    ([variable]) => !/^(FIREWORKS|OPENLLM|OLLAMA|NODE_OPTIONS|PORT|LEDGER|DAILY_LIMIT)/.test(variable),
  );
  return spawn(process.execPath, ["--import", "tsx", `examples/${name}`, ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs one to its end, and returns what it printed. */
export async function runExample(
  name: string,
  options?: Parameters<typeof startExample>[1],
): Promise<{ status: number | null; printed: string; errors: string }> {
  const child = startExample(name, options);
  let printed = "";
  let errors = "";
  child.stdout.on("data", (piece) => (printed += String(piece)));
  child.stderr.on("data", (piece) => (errors += String(piece)));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, printed, errors };
}
