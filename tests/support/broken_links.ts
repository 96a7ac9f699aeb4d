import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const HOST = "http://site.test";

interface Page {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

/**
 * The links of a built site that lead to no file or to no anchor, as `page -> link`. Links to other sites are not followed.
 * @param folder - the site's files
 * @param base - the path under which they are served, such as `/docs/`
 */
export function brokenLinks(folder: string, base: string): string[] {
  const pages = new Map(htmlFiles(folder).map((file) => [file, readPage(readFileSync(join(folder, file), "utf8"))]));
  return [...pages].flatMap(([file, { links }]) => {
    const address = `${HOST}${base}${file}`;
    const isBroken = (link: string): boolean => !leadsSomewhere(new URL(link, address), { folder, base, pages });
    return [...new Set(links)].filter(isBroken).map((link) => `${file} -> ${link}`);
  });
}

/** The pages of a built site, as paths in its folder. */
export const htmlFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"));

function readPage(html: string): Page {
  const tags = [...html.matchAll(/<[a-z][^>]*>/gi)].map(([tag]) => tag);
  const valuesOf = (name: RegExp) =>
    tags.flatMap((tag) => [...tag.matchAll(name)].map(([, value = ""]) => plain(value)));
  return { ids: new Set(valuesOf(/ id="([^"]*)"/g)), links: valuesOf(/ (?:href|src)="([^"]*)"/g) };
}

const plain = (value: string): string =>
  value
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

function leadsSomewhere(
  { origin, pathname, hash }: URL,
  { folder, base, pages }: { folder: string; base: string; pages: ReadonlyMap<string, Page> },
): boolean {
  if (origin !== HOST) return true;
  if (!pathname.startsWith(base)) return false;
  const path = decodeURIComponent(pathname.slice(base.length));
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  const page = pages.get(file);
  if (page === undefined) return existsSync(join(folder, file)) && hash === "";
  return hash === "" || page.ids.has(decodeURIComponent(hash.slice(1)));
}
