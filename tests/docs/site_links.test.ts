import { describe, expect, it } from "@jest/globals";
import { anchorOf } from "../../docs/.vitepress/anchors.js";
import { siteLink, sourceOf } from "../../docs/.vitepress/links.js";

const repository = "https://github.com/langchain-metered/langchain-metered";
const raw = "https://raw.githubusercontent.com/langchain-metered/langchain-metered";

describe("a link on the site", () => {
  it.each([
    ["README.md", "docs/budgets.md", "./budgets.md"],
    ["README.md", "docs/budgets.md#stores", "./budgets.md#stores"],
    ["README.md", "docs/contributing/testing.md", "./contributing/testing.md"],
    ["README.md", `${repository}/blob/main/docs/budgets.md#stores`, "./budgets.md#stores"],
    ["docs/costs.md", "budgets.md#stores", "./budgets.md#stores"],
    ["docs/costs.md", "./contributing/testing.md", "./contributing/testing.md"],
    ["docs/costs.md", `${repository}/blob/main/docs/prices.md`, "./prices.md"],
    ["docs/contributing/testing.md", "../budgets.md", "../budgets.md"],
    ["docs/contributing/decisions/escrow.md", "README.md", "./README.md"],
    ["docs/contributing/testing.md", `${repository}/blob/main/docs/contributing/glossary.md`, "./glossary.md"],
  ])("in %s to the page %s leads to the site's own page", (source, link, expected) => {
    expect(siteLink(link, source)).toBe(expected);
  });

  it.each([
    ["docs/costs.md", "../README.md", "./index.md"],
    ["docs/contributing/testing.md", "../../README.md#use-it", "../index.md#use-it"],
    ["docs/costs.md", `${repository}/blob/main/README.md#use-it`, "./index.md#use-it"],
  ])("in %s to the README, %s, leads to the first page", (source, link, expected) => {
    expect(siteLink(link, source)).toBe(expected);
  });

  it.each([
    ["docs/report.md", "images/report.png"],
    ["README.md", "docs/images/report.png"],
    ["README.md", `${repository}/raw/main/docs/images/report.png`],
    ["README.md", `${repository}/blob/main/docs/images/report.png`],
    ["README.md", `${raw}/main/docs/images/report.png`],
  ])("in %s to the picture %s leads to the site's own", (source, link) => {
    expect(siteLink(link, source)).toBe("./images/report.png");
  });

  it.each([
    ["README.md", "CHANGELOG.md", "CHANGELOG.md"],
    ["README.md", `${repository}/blob/main/LICENSE`, "LICENSE"],
    ["README.md", `${repository}/tree/main/examples`, "examples"],
    ["docs/metrics.md", "grafana/dashboard.json", "docs/grafana/dashboard.json"],
    ["docs/price-list.md", "workflows/refresh-prices.yml", "docs/workflows/refresh-prices.yml"],
    [
      "docs/contributing/testing.md",
      "../../tests/fixtures/recordings/README.md",
      "tests/fixtures/recordings/README.md",
    ],
    ["docs/contributing/releasing.md", "../../SECURITY.md#keys", "SECURITY.md#keys"],
  ])("in %s to another file, %s, leads to the repository", (source, link, path) => {
    expect(siteLink(link, source)).toBe(`${repository}/blob/main/${path}`);
  });

  it.each([
    "#stores",
    "",
    "/api/",
    "https://focus.finops.org",
    "mailto:somebody@example.com",
    `${repository}/issues`,
    `${repository}/blob/v0.1.0/docs/budgets.md`,
    "data:image/png;base64,AAAA",
  ])("to %s stays as it is", (link) => {
    expect(siteLink(link, "docs/costs.md")).toBe(link);
  });
});

it.each([
  ["index.md", "README.md"],
  ["budgets.md", "docs/budgets.md"],
  ["contributing/testing.md", "docs/contributing/testing.md"],
])("the page %s shows %s", (page, source) => {
  expect(sourceOf(page)).toBe(source);
});

it.each([
  ["Try it", "try-it"],
  ["Names that clash", "names-that-clash"],
  ["ChatOpenLLM: any self-hosted OpenAI-compatible server", "chatopenllm-any-self-hosted-openai-compatible-server"],
  ["What, when & why?", "what-when--why"],
  ["`maxTokens` and `max_tokens`", "maxtokens-and-max_tokens"],
  ["1. Größe", "1-größe"],
])("the heading %s has the anchor that GitHub gives it", (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor);
});
