import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { brokenLinks, htmlFiles } from "../support/broken_links.js";
import { Chromium } from "../support/devtools.js";
import { serveFolder } from "../support/folder_server.js";
import { findChromium } from "./chromium.js";
import { describeRuntime } from "./suite.js";

const SITE = "docs/.vitepress/dist";
const BASE = "/langchain-metered/";

/** TypeDoc and VitePress take a minute and a half together, and much longer on a busy machine. */
const BUILD_MS = 900_000;

beforeAll(async () => {
  await promisify(execFile)("npm", ["run", "docs"], { maxBuffer: 2 ** 26 }); // what it says is in the error, if it fails
}, BUILD_MS);

it("the site has the pages and the reference, and no link or anchor in it is broken", () => {
  expect(htmlFiles(SITE)).toEqual(
    expect.arrayContaining([
      "index.html",
      "budgets.html",
      "contributing/testing.html",
      "api/index.html",
      "api/langchain-metered/classes/ChatFireworks.html",
      "api/langchain-metered/redis/functions/redisBudgetStore.html",
    ]),
  );
  expect(brokenLinks(SITE, BASE)).toEqual([]);
});

it("what looks like a template is shown as it stands", () => {
  expect(readFileSync(join(SITE, "contributing/site.html"), "utf8")).toContain("{{ name }}");
});

/** In the page: opens the search, which has to be loaded first, types a word and gives the pages that are found, best first. */
const search = (word: string): string => `new Promise((resolve) => {
  let isTyped = false;
  const step = () => {
    const found = [...document.querySelectorAll(".results a.result")];
    if (isTyped && found.length > 0) return resolve(found.map(({ pathname }) => pathname));
    const input = document.querySelector("#localsearch-input");
    if (input === null) document.querySelector(".VPNavBarSearch button").click();
    else if (!isTyped) {
      input.value = ${JSON.stringify(word)};
      input.dispatchEvent(new Event("input"));
      isTyped = true;
    }
    requestAnimationFrame(step);
  };
  step();
})`;

describeRuntime("the site in Chromium", findChromium(), (program) => {
  let site: Awaited<ReturnType<typeof serveFolder>>;
  let browser: Chromium;
  beforeAll(async () => {
    site = await serveFolder(SITE, BASE);
    browser = await Chromium.open(program);
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  /** What happened since `from`: words on the console, errors, and requests to anybody but the site. */
  const troubles = (from: number) =>
    browser.events.slice(from).filter(({ method, params }) => {
      if (method !== "Network.requestWillBeSent") return /consoleAPICalled|exceptionThrown|entryAdded/.test(method);
      const { url } = params.request as { url: string }; // as the protocol says
      return !url.startsWith(site.url) && !url.startsWith("data:");
    });

  describe.each([
    ["the first page", "", "langchain-metered"],
    ["a page with tables", "prices.html", "Prices"],
    ["a page with a picture", "report.html", "A page to look at"],
    [
      "a page of the reference",
      "api/langchain-metered/interfaces/ChatOpenLLMInput.html",
      "Interface: ChatOpenLLMInput",
    ],
  ])("%s", (_, page, title) => {
    it.each([390, 1440])(
      "is as wide as a screen of %s pixels, whole, and asks nobody else for anything",
      async (width) => {
        const from = browser.events.length;
        await browser.go(site.url + page, { width });
        const seen = await browser.evaluate(`({
        title: document.querySelector("h1").firstChild.textContent.trim(),
        width: document.documentElement.scrollWidth,
        brokenImages: [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).length,
      })`);
        expect(seen).toEqual({ title, width, brokenImages: 0 });
        expect(troubles(from)).toEqual([]);
      },
    );
  });

  it("finds a word without asking anybody else, pages of users before the others", async () => {
    const from = browser.events.length;
    await browser.go(site.url);
    const found = await browser.evaluate<string[]>(search("budget"));
    expect(found[0]).toMatch(/^\/langchain-metered\/[^/]*$/);
    expect(found).toContain(`${BASE}budgets.html`);
    expect(troubles(from)).toEqual([]);
  });

  it("finds what only the reference has", async () => {
    await browser.go(site.url);
    const found = await browser.evaluate<string[]>(search("BudgetStoreHarness"));
    expect(found).toContain(`${BASE}api/langchain-metered/testing/interfaces/BudgetStoreHarness.html`);
  });
});
