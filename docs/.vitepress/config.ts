import { defineConfig } from "vitepress";
import { anchorOf } from "./anchors.js";
import { REPOSITORY } from "./links.js";
import { rewriteLinks } from "./markdown_links.js";
import { withoutTemplates } from "./no_templates.js";
import { referenceSidebar } from "./reference_sidebar.js";
import { pagesSidebar } from "./sidebar.js";

const base = "/langchain-metered/";

/** The site: the pages of docs/, the README as the first of them, and TypeDoc's reference. */
export default defineConfig({
  base,
  lang: "en",
  title: "langchain-metered",
  description: "LangChain.js chat models that know what every call costs",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: `${base}favicon.svg` }]],
  // The sidebars are in one file of their own, and not in each page.
  metaChunk: true,
  // The search's index is one file, which a browser loads when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  markdown: {
    anchor: { slugify: anchorOf },
    config: (markdown) => {
      rewriteLinks(markdown);
      withoutTemplates(markdown);
    },
  },
  themeConfig: {
    nav: [
      { text: "Guide", link: "/models", activeMatch: "^/(?!api/|contributing/)." },
      { text: "API reference", link: "/api/", activeMatch: "^/api/" },
      { text: "Contributing", link: "/contributing/architecture", activeMatch: "^/contributing/" },
      { text: "Changelog", link: `${REPOSITORY}/blob/main/CHANGELOG.md` },
    ],
    sidebar: { "/api/": referenceSidebar(), "/": pagesSidebar() },
    outline: [2, 3],
    socialLinks: [{ icon: "github", link: REPOSITORY }],
    search: {
      provider: "local",
      options: {
        miniSearch: {
          searchOptions: {
            // VitePress sends this function to the browser as text, so it must stand alone.
            boostDocument: (id: string) => (id.includes("/api/") ? 0.1 : id.includes("/contributing/") ? 0.5 : 1),
          },
        },
      },
    },
  },
});
