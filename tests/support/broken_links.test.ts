import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { brokenLinks } from "./broken_links.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "site-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
}

it("finds no fault with links to pages, anchors, folders, pictures and other sites", () => {
  write({
    "index.html": `<a href="/docs/a.html#two &amp; more">a</a><a href="#top">b</a><h1 id="top">c</h1><a href="https://example.com/x#y">d</a>`,
    "a.html": `<h2 id="two &amp; more">a</h2><a href="./">b</a><a href="deep/">c</a><img src="/docs/picture.png">`,
    "deep/index.html": `<a href="../a.html">a</a> words: href="/nowhere"`,
    "picture.png": "",
  });
  expect(brokenLinks(folder, "/docs/")).toEqual([]);
});

it("names each link to a page, an anchor or a picture that is not there, and each that leaves the base", () => {
  write({
    "index.html": `<a href="/docs/b.html">a</a><a class="x" href="a.html#three">b</a><img src="none.png"><a href="/a.html">c</a>`,
    "a.html": `<h2 id="two">a</h2><a href="#one">b</a><a href="#one">again</a>`,
  });
  expect(brokenLinks(folder, "/docs/").sort()).toEqual([
    "a.html -> #one",
    "index.html -> /a.html",
    "index.html -> /docs/b.html",
    "index.html -> a.html#three",
    "index.html -> none.png",
  ]);
});
