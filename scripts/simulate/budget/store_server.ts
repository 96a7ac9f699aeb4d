import { spawn, type ChildProcess } from "node:child_process";

/** A server of budgets that can be made to fail. */
export interface StoreServer {
  readonly url: string;
  /** Its processes stand still, and its connections stay open. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it, and starts it again with what it had on its disk. */
  restart(): Promise<void>;
  /** It forgets all. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** Longer than a server should take to start. */
const PATIENCE_MS = 60_000;

/** Starts a program, and resolves when it is ready. */
export async function startProgram(
  command: string,
  args: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string },
  isReady: () => Promise<boolean>,
): Promise<ChildProcess> {
  const child = spawn(command, args, { ...options, stdio: "ignore" });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  let error: Error | undefined;
  child.once("error", (cause) => (error = cause));
  await until(`\`${command}\` is ready`, async () => {
    if (error !== undefined) throw error;
    if (child.exitCode !== null) throw new Error(`\`${command}\` ended with ${child.exitCode}.`);
    return isReady();
  });
  return child;
}

/** Ends a program that `startProgram` started. */
export async function endProgram(child: ChildProcess, signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode !== null || child.signalCode !== null || !child.kill(signal)) return;
  await gone;
}

/** Waits for a condition, and not for ever. */
export async function until(what: string, holds: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`It was waited too long until ${what}.`);
}
