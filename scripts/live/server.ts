import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findPython, livePython } from "./python.js";

/** How to start the live server. */
export interface LiveServerOptions {
  /**
   * The chat template: the model's own, which knows no tools (`none`); one with tools; one with tools and thinking.
   * @default "tools"
   */
  template?: "none" | "tools" | "thinking";
  /**
   * Context in tokens, divided among the slots.
   * @default 4096
   */
  contextTokens?: number;
  /**
   * Requests answered at the same time.
   * @default 2
   */
  slots?: number;
}

/** A real llama.cpp server on loopback, with a model of 135 million parameters. */
export interface LiveServer {
  /** `http://127.0.0.1:port`; the OpenAI-compatible API is under `/v1`. */
  readonly url: string;
  /** The name under which the model answers. */
  readonly model: string;
  /** Stops the server and waits for its process. */
  close(): Promise<void>;
}

/** Why no live server can run on this machine, `undefined` when one can. */
export function whyNoLiveServer(): string | undefined {
  const python = findPython();
  return "missing" in python ? python.missing : undefined;
}

/**
 * Starts a live server; the first time its two Python packages are fetched (127 MB). Where Python is missing it says so on
 * standard error and resolves to `undefined`; throws when the server should run here and does not.
 */
export async function startLiveServer(options: LiveServerOptions = {}): Promise<LiveServer | undefined> {
  const python = findPython();
  if ("missing" in python) {
    process.stderr.write(`${python.missing}\n`);
    return undefined;
  }
  const script = fileURLToPath(new URL("server.py", import.meta.url));
  const child = spawn(await livePython(python.command, "requirements.txt"), [script, ...argumentsOf(options)]);
  const { url, model } = await announcement(child);
  return { url, model, close: () => stop(child) };
}

function argumentsOf({ template = "tools", contextTokens = 4096, slots = 2 }: LiveServerOptions): string[] {
  return ["--template", template, "--ctx", `${contextTokens}`, "--parallel", `${slots}`];
}

/** The one line that the script prints when the server is healthy. Throws with the end of its log when it dies instead. */
async function announcement(child: ChildProcessWithoutNullStreams): Promise<{ url: string; model: string }> {
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log = (log + text).slice(-4000)));
  const line = await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(() => undefined),
  ]);
  if (line === undefined) throw new Error(`The live server did not start:\n${log}`);
  return JSON.parse(String(line[0])) as { url: string; model: string }; // server.py prints this
}

/** It stops when its standard input closes, which it also does when this process dies. */
async function stop(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.stdin.end();
  await exited;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startLiveServer();
  if (server !== undefined) process.stdout.write(`${server.url}/v1 serves ${server.model} until this process ends\n`);
}
