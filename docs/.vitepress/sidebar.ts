import { readdirSync, readFileSync } from "node:fs";
import type { DefaultTheme } from "vitepress";

type Item = DefaultTheme.SidebarItem;

/** Pages of docs/ under one heading, each with its name in the sidebar. */
interface Group {
  readonly heading: string;
  readonly pages: Readonly<Record<string, string>>;
}

const DOCS = new URL("../", import.meta.url);
const DECISIONS = "contributing/decisions";

/** Every page of docs/ but the first and the reference's. A page that is in no group fails a test. */
export const GROUPS: readonly Group[] = [
  {
    heading: "Models",
    pages: {
      models: "Chat models",
      fireworks: "Fireworks AI",
      openllm: "Self-hosted servers",
      ollama: "Ollama",
      embeddings: "Embeddings",
      "other-models": "Models of other packages",
      connections: "Proxies and certificates",
      runtimes: "Where it runs",
    },
  },
  {
    heading: "Costs",
    pages: {
      costs: "What calls cost",
      pricing: "How a price is found",
      prices: "The price list",
      "price-list": "Prices from the seller",
      ledger: "The ledger",
      report: "A page to look at",
      reconcile: "Ledger and bill",
      glossary: "Glossary",
    },
  },
  {
    heading: "Budgets",
    pages: { budgets: "Budgets", "budgets-in-production": "Budgets in production" },
  },
  {
    heading: "Guides",
    pages: {
      agents: "Agents",
      langgraph: "LangGraph",
      serverless: "Serverless and edge",
      "errors-and-fallbacks": "Errors and fallbacks",
      testing: "Testing without a server",
      migrating: "Migrating",
    },
  },
  {
    heading: "Traces and exports",
    pages: {
      tracing: "Tracing",
      traces: "What traces say of costs",
      metrics: "Metrics and a dashboard",
      exports: "Exports",
    },
  },
  {
    heading: "Contributing",
    pages: {
      "contributing/architecture": "Architecture",
      "contributing/glossary": "Words of the code",
      "contributing/testing": "Tests of the package",
      "contributing/site": "This site",
      "contributing/add-a-provider": "Add a provider",
      "contributing/change-a-price": "Change a price",
      "contributing/releasing": "Releasing",
    },
  },
];

/** The sidebar of the pages. */
export const pagesSidebar = (): Item[] => [
  ...GROUPS.map(({ heading, pages }) => ({
    text: heading,
    collapsed: heading === "Contributing",
    items: Object.entries(pages).map(([page, text]) => ({ text, link: `/${page}` })),
  })),
  { text: "Decisions", collapsed: true, items: decisions() },
  { text: "API reference", link: "/api/" },
];

/** The decisions are many and in no order but their names'. */
function decisions(): Item[] {
  const files = readdirSync(new URL(DECISIONS, DOCS)).sort();
  return files.map((file) => {
    const [, title = file] = /^# (.*)$/m.exec(readFileSync(new URL(`${DECISIONS}/${file}`, DOCS), "utf8")) ?? [];
    return {
      text: file === "README.md" ? "All decisions" : title,
      link: `/${DECISIONS}/${file.slice(0, -".md".length)}`,
    };
  });
}
