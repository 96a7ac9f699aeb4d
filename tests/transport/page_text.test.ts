import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isPage, kindOfPage, pageText, shownBody } from "../../src/transport/page_text.js";

const nginx = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n`;

const CLOUDFLARE = `<!DOCTYPE html>
<!--[if lt IE 7]> <html class="no-js ie6 oldie" lang="en-US"> <![endif]-->
<html class="no-js" lang="en-US"><head>
<title>llm.example.com | 524: A timeout occurred</title>
<meta charset="UTF-8" />
<style>body{margin:0;padding:0}</style>
</head><body><div id="cf-wrapper"><header><h1>
<span class="inline-block">A timeout occurred</span>
<span class="code-label">Error code 524</span></h1>
<div>Visit <a href="https://www.cloudflare.com/">cloudflare.com</a> for more information.</div></header></div>
<script>(function(){if("<b>")window.x=1})()</script></body></html>`;

describe("what a reader of a page sees", () => {
  it.each<[string, string, string]>([
    [
      "nginx, whose heading is its title",
      nginx("413 Request Entity Too Large"),
      "413 Request Entity Too Large nginx/1.22.1",
    ],
    [
      "Cloudflare",
      CLOUDFLARE,
      "llm.example.com | 524: A timeout occurred Error code 524 Visit cloudflare.com for more information.",
    ],
    [
      "Apache, whose title is its heading with the status",
      "<!DOCTYPE HTML><html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1><p>The server is down.</p></body></html>",
      "Service Unavailable The server is down.",
    ],
    [
      "a login page",
      '<html><title>Sign in</title><body><form><label>User</label><input name="u"><input type="password"></form></body></html>',
      "Sign in User",
    ],
    [
      "Spring's",
      "<html><body><h1>Whitelabel Error Page</h1><p>It&#39;s &lt;gone&gt; &amp; away</p></body></html>",
      "Whitelabel Error Page It's <gone> & away",
    ],
    ["XML", '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>No.</Message></Error>', "AccessDenied No."],
    ["an attribute with a bracket", '<p title="a > b">seen</p>', "seen"],
    ["a script that does not end", "<p>seen</p><script>var a = '<p>unseen</p>'", "seen"],
    ["a page that says nothing", "<html><head></head><body></body></html>", ""],
    ["a bracket in its text", "<p>a < b and 1 <2</p>", "a < b and 1 <2"],
  ])("of %s", (_, page, text) => expect(pageText(page)).toBe(text));

  it.each<[string, boolean]>([
    ["<!doctype html>", true],
    ["\uFEFF\n <HTML>", true],
    ["<h1>502</h1>", true],
    ["<-- no", false],
    ["expected <int>, got <str>", false],
    ['{"error":"<html>"}', false],
  ])("%j is a page: %s", (text, is) => expect(isPage(text)).toBe(is));

  it("words that are no page stay as they are", () => {
    expect(shownBody("expected <int>, got <str>", 200)).toBe("expected <int>, got <str>");
    expect(shownBody("<html></html>", 200)).toBe("<html></html>");
  });

  it("a page that asks for a password is one to log in with", () => {
    expect(kindOfPage('<form><input type="password"></form>')).toBe("a login page");
    expect(kindOfPage("<h1>502</h1>")).toBe("an HTML page");
  });
});

describe("any page", () => {
  const piece = fc.constantFrom(
    "<p>",
    "</p>",
    "<title>",
    "</title>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<a b='",
    '"',
    "&amp;",
    "&#0;",
    "<",
    ">",
    "word ",
    "\n",
    "\uD83C",
  );

  it("has a text of one line of at most 300 characters, without tags that were whole", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pageText(pieces.join(""));
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text).not.toMatch(/[\n\r]|<p>|<\/p>|<script>/);
        expect(text).toBe(text.trim());
      }),
    );
  });

  it("shows the words between its tags, each once", () => {
    const word = fc.stringMatching(/^[a-z]{6,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 10 }), (words) => {
        const page = `<html><title>${words[0]}</title><body>${words.map((each) => `<p>${each}</p><div>${each}</div>`).join("")}</body></html>`;
        const isApart = words.every((each) => words.every((other) => each === other || !other.includes(each)));
        fc.pre(isApart);
        expect(pageText(page)).toBe(words.join(" "));
      }),
    );
  });
});
