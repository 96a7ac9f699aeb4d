import type { MarkdownRenderer } from "vitepress";
import { siteLink, sourceOf } from "./links.js";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];

/** Where each kind of token has its address. */
const ADDRESS: Readonly<Record<string, string>> = { link_open: "href", image: "src" };

/** Rewrites the links and pictures of a page, before VitePress checks them. */
export function rewriteLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("site_links", ({ tokens, env }) => {
    const { relativePath } = env as { relativePath?: string }; // VitePress sets it for a page, and not for a title alone
    if (relativePath === undefined || relativePath.startsWith("api/")) return;
    for (const token of tokens) rewriteToken(token, sourceOf(relativePath));
  });
}

function rewriteToken(token: Token, source: string): void {
  for (const child of token.children ?? []) rewriteToken(child, source);
  const name = ADDRESS[token.type];
  const link = name === undefined ? null : token.attrGet(name);
  if (name !== undefined && link !== null) token.attrSet(name, siteLink(link, source));
  if (!token.type.startsWith("html_")) return;
  token.content = token.content.replace(
    /( (?:href|src|srcset)=")([^"]*)"/g,
    (_, start: string, address: string) => `${start}${siteLink(address, source)}"`,
  );
}
