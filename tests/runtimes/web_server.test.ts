import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startExample } from "../examples/run_example.js";
import { Chromium } from "../support/devtools.js";
import { findChromium } from "./chromium.js";
import { describeRuntime } from "./suite.js";

/** Presses the button, and waits for what the page says once the answer is whole. */
const ASK = `new Promise((resolve) => {
  const state = document.querySelector("#state");
  new MutationObserver(() => state.textContent && resolve([document.querySelector("#answer").textContent, state.textContent]))
    .observe(state, { childList: true });
  document.querySelector("button").click();
})`;

describeRuntime("the page of the examples' web server in Chromium", findChromium(), (program) => {
  const folder = mkdtempSync(join(tmpdir(), "web-server-"));
  let child: ReturnType<typeof startExample>;
  let browser: Chromium;
  let url: string;

  beforeAll(async () => {
    child = startExample("web_server.ts", { env: { LEDGER: join(folder, "usage.jsonl") } });
    const [piece] = (await once(child.stdout, "data")) as [Buffer];
    url = String(piece).trim();
    browser = await Chromium.open(program);
  });

  afterAll(async () => {
    await browser.close();
    const closed = once(child, "close");
    child.kill("SIGTERM");
    await closed;
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows an answer as it comes, and what the user has spent; it can be asked again", async () => {
    await browser.go(url);
    const answer = "Tides are the sea rising and falling as the Moon and the Sun pull at it.";
    const said = expect.stringMatching(/^Today you have spent \$0\.0000\d+; \$0\.04\d+ is left\.$/);
    expect(await browser.evaluate(ASK)).toEqual([answer, said]);
    expect(await browser.evaluate(ASK)).toEqual([answer, said]);
    const failures = browser.events.filter(({ method }) => method === "Runtime.exceptionThrown");
    expect(failures).toEqual([]);
  });
});
