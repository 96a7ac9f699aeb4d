import { posix as paths } from "node:path";

/** The package's repository. */
export const REPOSITORY = "https://github.com/langchain-metered/langchain-metered";

/** How files of the repository are named by absolute links, which a README needs on the page of a registry. */
const ADDRESSES = [
  `${REPOSITORY}/blob/main/`,
  `${REPOSITORY}/raw/main/`,
  `${REPOSITORY}/tree/main/`,
  "https://raw.githubusercontent.com/langchain-metered/langchain-metered/main/",
];

/** Files of docs/ that the site has, beside its pages. */
const IMAGE = /\.(?:png|svg|jpe?g|gif|webp)$/;

/** The README is the site's first page. */
const README = "README.md";
const FIRST_PAGE = "docs/index.md";

/** The file of the repository that a page of the site shows. */
export const sourceOf = (page: string): string => (page === "index.md" ? README : paths.join("docs", page));

/**
 * Where a link leads on the site: pages and pictures of docs/ are the site's own, all other files are those of the repository.
 * @param source - the file of the repository that has the link, such as `docs/budgets.md`
 */
export function siteLink(link: string, source: string): string {
  const named = fileNamedBy(link, source);
  if (named === undefined) return link;
  const [path = "", ...anchor] = named.split(/(?=#)/);
  const target = path === README ? FIRST_PAGE : path;
  if (!isOnSite(target)) return `${REPOSITORY}/blob/main/${named}`;
  const page = source === README ? FIRST_PAGE : source;
  const way = paths.relative(paths.dirname(page), target);
  return `${way.startsWith(".") ? "" : "./"}${way}${anchor.join("")}`;
}

/** The path and anchor that an absolute link has in this repository; nothing for a link to elsewhere, or a relative one. */
export function pathOfAddress(link: string): string | undefined {
  const address = ADDRESSES.find((start) => link.startsWith(start));
  return address === undefined ? undefined : link.slice(address.length);
}

/** The path and anchor of a file in the repository; nothing for other sites, for the page itself, and for what leads nowhere. */
function fileNamedBy(link: string, source: string): string | undefined {
  const path = pathOfAddress(link);
  if (path !== undefined) return path;
  if (/^(?:[a-z][a-z\d+.-]*:|#|\/|$)/i.test(link)) return undefined;
  return paths.join(paths.dirname(source), link);
}

const isOnSite = (path: string): boolean => path.startsWith("docs/") && (path.endsWith(".md") || IMAGE.test(path));
