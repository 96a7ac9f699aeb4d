import { existsSync, readFileSync } from "node:fs";
import type { DefaultTheme } from "vitepress";

/** A node of what TypeDoc writes beside its pages. */
interface Entry {
  readonly title: string;
  readonly path?: string | null;
  readonly children?: readonly Entry[];
}

const NAVIGATION = new URL("../api/navigation.json", import.meta.url);

/** The sidebar of the reference: entry points, and in each what it has, by kind. Empty before TypeDoc has run. */
export function referenceSidebar(): DefaultTheme.SidebarItem[] {
  if (!existsSync(NAVIGATION)) return [];
  const entries = JSON.parse(readFileSync(NAVIGATION, "utf8")) as Entry[]; // TypeDoc's markdown plugin writes this form
  return [{ text: "API reference", link: "/api/" }, ...entries.map(itemOf)];
}

function itemOf({ title, path, children = [] }: Entry): DefaultTheme.SidebarItem {
  return {
    text: title,
    ...(path == null ? {} : { link: `/api/${path.replace(/(?:index)?\.md$/, "")}` }),
    ...(children.length === 0 ? {} : { collapsed: true, items: children.map(itemOf) }),
  };
}
