import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";
import { addUsd, Budget, ChatFireworks } from "../../src/index.js";
import { chunk } from "../support/completions.js";
import { sse, stall } from "../support/wire_script.js";
import { startWireServer } from "../support/wire_server.js";
import { startExample } from "./run_example.js";

jest.setTimeout(180_000);

const QUESTION = "What are tides?";

describe("the web server of the examples", () => {
  const folder = mkdtempSync(join(tmpdir(), "web-server-"));
  const ledger = join(folder, "usage.jsonl");
  let child: ReturnType<typeof startExample>;
  let url: string;

  beforeAll(async () => {
    // One call fits, and with what it has cost a second one no more.
    const model = new ChatFireworks(SHOWN_MODEL, { maxTokens: 200, apiKey: "none" });
    const { mostUsd = "" } = await new Budget({ limitUsd: "1" }).quote(model, QUESTION);
    const limit = addUsd(mostUsd, "0.000001");
    child = startExample("web_server.ts", { env: { LEDGER: ledger, DAILY_LIMIT_USD: limit } });
    const [piece] = (await once(child.stdout, "data")) as [Buffer];
    url = String(piece).trim();
  }, 180_000);

  afterAll(async () => {
    const closed = once(child, "close");
    child.kill("SIGTERM");
    await closed;
    rmSync(folder, { recursive: true, force: true });
  });

  /** The events of an answer, as a browser gets them. */
  async function ask(user: string): Promise<[event: string, data: unknown][]> {
    const response = await fetch(`${url}answer?${String(new URLSearchParams({ user, question: QUESTION }))}`);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = (await response.text()).trimEnd().split("\n\n");
    return events.map((event) => {
      const [, name = "", data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      return [name, JSON.parse(data)];
    });
  }

  it("serves its page", async () => {
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toBe(readFileSync("examples/web_server.html", "utf8"));
  });

  it("streams an answer word by word, and says what the user has left; each user has a budget", async () => {
    const events = await ask("ann");
    const text = events.filter(([event]) => event === "text").map(([, data]) => data);
    expect(text.length).toBeGreaterThan(10);
    expect(text.join("")).toBe("Tides are the sea rising and falling as the Moon and the Sun pull at it.");
    const end: unknown = ["end", { spent: expect.stringMatching(/^0\.00001\d+$/), remaining: expect.any(String) }];
    expect(events.at(-1)).toEqual(end);
    expect(await ask("ann")).toEqual([
      ["failed", expect.stringMatching(/^Your budget is spent until \d{4}-\d\d-\d\dT00:00:00\.000Z\.$/)],
    ]);
    expect((await ask("bob")).at(-1)).toEqual(end);
  });

  it("writes a ledger", () => {
    const entries = readFileSync(ledger, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { user: string; outcome: string });
    expect(entries.map(({ user, outcome }) => [user, outcome])).toEqual([
      ["ann", "ok"],
      ["ann", "denied"],
      ["bob", "ok"],
    ]);
  });

  it.each(["other", "/", "%"])("knows no page at /%s, and goes on", async (path) => {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
    expect((await fetch(url)).status).toBe(200);
  });
});

describe("the web server of the examples, before a server that is live", () => {
  it("ends the call of a reader who closes the page, says that a stream broke, and keeps both on the books", async () => {
    const folder = mkdtempSync(join(tmpdir(), "web-server-"));
    const ledger = join(folder, "usage.jsonl");
    const beginning = chunk({ role: "assistant", content: "Tides are" });
    const error = { error: { message: "secret of the server", code: 400 } };
    const fireworks = await startWireServer(sse([beginning, stall]));
    fireworks.reply(sse([beginning, error], { done: false }));
    const env = { LEDGER: ledger, FIREWORKS_API_KEY: "not-a-key", FIREWORKS_API_BASE: `${fireworks.url}/v1` };
    const child = startExample("web_server.ts", { args: ["--live"], env });
    const [piece] = (await once(child.stdout, "data")) as [Buffer];
    const address = `${String(piece).trim()}answer?user=ann&question=tides`;

    expect(await (await fetch(address)).text()).toBe(
      'event: text\ndata: "Tides are"\n\nevent: failed\ndata: "There was no answer. Try again later."\n\n',
    );

    const page = new AbortController();
    const { body } = await fetch(address, { signal: page.signal });
    await body?.getReader().read();
    page.abort();
    await fireworks.idle(); // its request was left

    const closed = once(child, "close");
    child.kill("SIGINT");
    expect(await closed).toEqual([0, null]);
    await fireworks.close();
    const lines = readFileSync(ledger, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { outcome: string }).outcome)).toEqual(["error", "aborted"]);
    rmSync(folder, { recursive: true });
  });
});
