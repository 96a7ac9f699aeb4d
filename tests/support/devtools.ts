import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

type Fields = Record<string, unknown>;
interface Message {
  id?: number;
  method?: string;
  params?: Fields;
  result?: Fields;
  error?: { message: string };
  sessionId?: string;
}

/** A headless Chromium that is driven by its DevTools protocol, over pipes: no port, no packages. */
export class Chromium {
  /** What it told: requests, words on the console, exceptions. */
  readonly events: { method: string; params: Fields }[] = [];
  readonly #waiting = new Map<number, { resolve: (result: Fields) => void; reject: (error: Error) => void }>();
  readonly #listeners = new Set<(method: string) => void>();
  #last = 0;
  #rest = "";
  #session: string | undefined;

  private constructor(
    private readonly browser: ChildProcess,
    private readonly profile: string,
  ) {
    (browser.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => this.#read(text)); // it is spawned with five pipes
    browser.once("exit", () => this.#waiting.forEach(({ reject }) => reject(new Error("Chromium has ended."))));
  }

  static async open(program: string): Promise<Chromium> {
    const profile = mkdtempSync(join(tmpdir(), "devtools-"));
    const options = ["--headless=new", "--disable-background-networking", "--no-sandbox", "--hide-scrollbars"];
    const browser = spawn(
      program,
      [...options, "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"],
      {
        detached: true,
        stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
        env: { ...process.env, TMPDIR: profile },
      },
    );
    const chromium = new Chromium(browser, profile);
    const { targetId } = await chromium.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await chromium.send("Target.attachToTarget", { targetId, flatten: true });
    chromium.#session = String(sessionId);
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await chromium.send(`${domain}.enable`);
    return chromium;
  }

  send(method: string, params: Fields = {}): Promise<Fields> {
    const id = ++this.#last;
    const message: Message = {
      id,
      method,
      params,
      ...(this.#session === undefined ? {} : { sessionId: this.#session }),
    };
    (this.browser.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Opens a page, and waits until it is loaded. */
  async go(url: string, { width = 1280, height = 900, isDark = false, hasScript = true } = {}): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
    await this.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: isDark ? "dark" : "light" }],
    });
    await this.send("Emulation.setScriptExecutionDisabled", { value: !hasScript });
    const loaded = new Promise<void>((resolve) => {
      const listen = (method: string) => {
        if (method !== "Page.loadEventFired") return;
        this.#listeners.delete(listen);
        resolve();
      };
      this.#listeners.add(listen);
    });
    await this.send("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression in the page; promises are awaited. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: Value }).value; // what the caller's expression gives
  }

  async press(key: string): Promise<void> {
    const code = { Enter: 13, Tab: 9 }[key];
    const text = key === "Enter" ? "\r" : undefined;
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, code: key, windowsVirtualKeyCode: code, text });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key, code: key, windowsVirtualKeyCode: code });
  }

  async screenshot(isWhole = false): Promise<Buffer> {
    const { data } = await this.send("Page.captureScreenshot", { format: "png", captureBeyondViewport: isWhole });
    return Buffer.from(String(data), "base64");
  }

  async close(): Promise<void> {
    const { pid, exitCode } = this.browser;
    if (pid !== undefined && exitCode === null) {
      const ended = new Promise((resolve) => this.browser.once("exit", resolve));
      process.kill(-pid, "SIGKILL");
      await ended;
    }
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }

  #read(text: string): void {
    const messages = (this.#rest + text).split("\0");
    this.#rest = messages.pop() ?? "";
    for (const message of messages) this.#take(JSON.parse(message) as Message);
  }

  #take({ id, method, params = {}, result = {}, error }: Message): void {
    if (method !== undefined) {
      this.events.push({ method, params });
      for (const listener of this.#listeners) listener(method);
    }
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(error.message));
  }
}
