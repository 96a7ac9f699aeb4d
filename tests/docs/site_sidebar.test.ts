import { readdirSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { GROUPS, pagesSidebar } from "../../docs/.vitepress/sidebar.js";

/** Made by TypeDoc, with a sidebar of its own; and what is VitePress's. */
const OTHERS = /^(?:api|\.vitepress)\//;

const pages = readdirSync("docs", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md") && !OTHERS.test(file) && file !== "index.md")
  .map((file) => file.slice(0, -".md".length));

it("every page of docs/ is in the sidebar, once", () => {
  const items = pagesSidebar().flatMap(({ items = [] }) => items);
  expect(items.map(({ link = "" }) => link).sort()).toEqual(pages.map((page) => `/${page}`).sort());
});

it("no two pages have the same name in the sidebar", () => {
  const names = GROUPS.flatMap((group) => Object.values(group.pages));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
