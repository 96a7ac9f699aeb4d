import { existsSync, readFileSync } from "node:fs";
import type { DefaultTheme } from "vitepress";

/** A node of what TypeDoc writes beside its pages. */
interface Entry {
  readonly title: string;
  readonly path?: string | null;
  readonly children?: readonly Entry[];
}

const NAVIGATION = new URL("../api/navigation.json", import.meta.url);

/** The kinds of what runs. Types are many, and each page has the whole sidebar in it: they are on the page of their entry point. */
const SHOWN = new Set(["Classes", "Functions", "Variables"]);

/** The sidebar of the reference: entry points, and in each what it has, by kind. Empty before TypeDoc has run. */
export function referenceSidebar(): DefaultTheme.SidebarItem[] {
  if (!existsSync(NAVIGATION)) return [];
  const entries = JSON.parse(readFileSync(NAVIGATION, "utf8")) as Entry[]; // TypeDoc's markdown plugin writes this form
  return [{ text: "API reference", link: "/api/", items: entries.flatMap(entryPoints) }];
}

/** TypeDoc has the entry points below the first one, among the kinds of what that one has. */
function entryPoints({ title, path, children = [] }: Entry): DefaultTheme.SidebarItem[] {
  const kinds = children.filter((kind) => SHOWN.has(kind.title));
  const others = children.filter((child) => child.path?.endsWith("/index.md"));
  return [
    itemOf({ title, path, children: kinds }),
    ...others.flatMap((other) => entryPoints({ ...other, title: `/${other.title}` })),
  ];
}

function itemOf({ title, path, children = [] }: Entry): DefaultTheme.SidebarItem {
  return {
    text: title,
    ...(path == null ? {} : { link: `/api/${path.replace(/(?:index)?\.md$/, "")}` }),
    ...(children.length === 0 ? {} : { collapsed: true, items: children.map(itemOf) }),
  };
}
