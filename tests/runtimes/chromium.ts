import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is, if it is anywhere. */
export function findChromium(): string | undefined {
  return PROGRAMS.find((program) => existsSync(program));
}

/** The job takes some seconds. */
const MOST_MS = 90_000;

const html = `<!doctype html><meta charset="utf-8"><title>job</title><script>
const fail = (what) => fetch("/findings", { method: "POST", body: JSON.stringify({ failed: String(what) }) });
addEventListener("error", ({ message }) => fail(message));
addEventListener("unhandledrejection", ({ reason }) => fail(reason));
</script><script type="module" src="/page.js"></script>`;

/**
 * Opens a page with a script in a headless Chromium, and resolves with what the script posts to its own server.
 * @param host - the page's; any but a loopback address is, without https, no secure context
 */
export async function runInChromium(program: string, script: string, host = "127.0.0.1"): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const { server, findings } = servePage(script);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP, never on a pipe
  const browser = openBrowser(program, profile, `http://${host}:${port}/`);
  try {
    return await Promise.race([findings, endOf(browser)]);
  } finally {
    await kill(browser);
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

function servePage(script: string): { server: Server; findings: Promise<unknown> } {
  let post: (findings: unknown) => void = () => undefined;
  const findings = new Promise<unknown>((resolve) => (post = resolve));
  const server = createServer((request, response) => {
    if (request.url === "/findings") void readJson(request).then(post);
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : html);
  });
  return { server, findings };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer); // a message without an encoding yields buffers
  return JSON.parse(Buffer.concat(pieces).toString("utf8")) as unknown;
}

function openBrowser(program: string, profile: string, url: string): ChildProcess {
  const options = [
    "--headless=new",
    // It is to talk to the test's servers, and to nobody else.
    "--disable-background-networking",
    // The page's words and errors, for the test that fails.
    "--enable-logging=stderr",
    // Containers run as root, for whom Chromium's sandbox does not start.
    "--no-sandbox",
    "--host-resolver-rules=MAP page.test 127.0.0.1",
    `--user-data-dir=${profile}`,
  ];
  return spawn(program, [...options, url], {
    // A group of its own, so that its helpers end with it.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    // What it leaves behind when it is killed goes with the profile.
    env: { ...process.env, TMPDIR: profile },
  });
}

async function endOf(browser: ChildProcess): Promise<never> {
  let words = "";
  browser.stderr?.on("data", (piece: Buffer) => (words += piece.toString("utf8")));
  const why = await new Promise((resolve) => {
    browser.once("error", resolve).once("exit", resolve);
    setTimeout(() => resolve(`nothing for ${MOST_MS} ms`), MOST_MS).unref();
  });
  throw new Error(
    `The page in Chromium posted nothing: ${String(why)}.\n${words.match(/.*(CONSOLE|FATAL).*/g)?.join("\n")}`,
  );
}

async function kill(browser: ChildProcess): Promise<void> {
  if (browser.pid === undefined || browser.exitCode !== null) return;
  const ended = new Promise((resolve) => browser.once("exit", resolve));
  process.kill(-browser.pid, "SIGKILL");
  await ended;
}
