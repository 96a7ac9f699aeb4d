import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type ContentBlock, HumanMessage } from "@langchain/core/messages";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import { ChatFireworks } from "../../src/fireworks.js";
import { ChatOllamaLite } from "../../src/ollama.js";
import { ChatOpenLLM } from "../../src/openllm.js";
import { METERED_OPTIONS } from "../../src/models/shared_options.js";
import { FIREWORKS_OPTIONS } from "../../src/providers/fireworks/options.js";
import { OLLAMA_OPTIONS } from "../../src/providers/ollama/options.js";
import { OPENLLM_OPTIONS } from "../../src/providers/openllm/options.js";
import { completion } from "../support/completions.js";
import { json } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { last } from "../wires/ollama/support.js";

/** The pages of models, each with its model on a server. */
const SUBJECTS: readonly [page: string, make: (baseURL: string) => MeteredChatModel][] = [
  ["docs/fireworks.md", (baseURL) => new ChatFireworks("kimi-k3", { baseURL: `${baseURL}/v1`, apiKey: "not-a-key" })],
  ["docs/openllm.md", (baseURL) => new ChatOpenLLM("m", { baseURL: `${baseURL}/v1` })],
  ["docs/ollama.md", (baseURL) => new ChatOllamaLite("m", { baseURL })],
];
const MODELS = SUBJECTS.map(([page]) => page);

/** What every page of a model begins with, in this order; what only its provider has stands between it and the end. */
const BEGINNING = [
  "## Overview",
  "### Integration details",
  "### Features",
  "## Setup",
  "### Credentials",
  "### Installation",
  "## Instantiation",
  "## Invocation",
  "## Streaming",
  "## Chaining",
  "## Tool calling",
  "## Structured output",
  "## Multimodal",
  "## Usage and cost",
];
const END = "## API reference";

const FEATURES = [
  "Tool calling",
  "Structured output",
  "JSON mode",
  "Image input",
  "Audio input",
  "Video input",
  "File input",
  "Token streaming",
  "Native async",
  "Token usage",
  "Cost",
  "Logprobs",
  "Reasoning",
  "Cached prompts",
  "Several answers",
];

/** A page without its blocks of code, in which `#` begins no heading. */
const prose = (page: string): string => readFileSync(page, "utf8").replace(/^```[^]*?^```$/gm, "");

const headingsOf = (page: string): string[] => prose(page).match(/^##+ .*$/gm) ?? [];

/** The rows of the table under a heading, without its head. */
function rowsUnder(page: string, heading: string): string[][] {
  const lines = prose(page).split("\n");
  const section = lines.slice(lines.indexOf(heading) + 1);
  const next = section.findIndex((line) => line.startsWith("#"));
  const rows = section.slice(0, next).filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

describe.each(MODELS)("%s", (page) => {
  it("has the headings of every model's page, in their order, and ends with the reference", () => {
    const headings = headingsOf(page);
    expect(headings.slice(0, BEGINNING.length)).toEqual(BEGINNING);
    expect(headings.at(-1)).toBe(END);
  });

  it("has no heading twice, so that each anchor is its own", () => {
    const headings = headingsOf(page).map((heading) => heading.replace(/^#+ /, ""));
    expect(headings.filter((heading, at) => headings.indexOf(heading) !== at)).toEqual([]);
  });

  it("says of the same features whether they are there, and how", () => {
    const rows = rowsUnder(page, "### Features");
    expect(rows.map(([feature]) => feature)).toEqual(FEATURES);
    expect(rows.filter(([, there = ""]) => !/^(yes|no|by model|by server)$/.test(there))).toEqual([]);
    expect(rows.filter(([, , how = ""]) => how === "")).toEqual([]);
  });

  it("names its class, its package and its entry point", () => {
    const rows = rowsUnder(page, "### Integration details");
    expect(rows.map(([what]) => what)).toEqual(["Class", "Package", "Entry point", "Local", "Serializable"]);
  });
});

describe("what the tables of features say of inputs", () => {
  const INPUTS: readonly [feature: string, block: ContentBlock][] = [
    ["Image input", { type: "image", mimeType: "image/png", data: "AAAA" }],
    ["Audio input", { type: "audio", mimeType: "audio/wav", data: "AAAA" }],
    ["Video input", { type: "video", mimeType: "video/mp4", data: "AAAA" }],
    ["File input", { type: "file", mimeType: "application/pdf", data: "AAAA" }],
  ];
  let server: WireServer;

  beforeAll(async () => {
    server = (await startWireServer(json(200, completion({ content: "Seen." }))))
      .on("/api/show", json(200, { capabilities: ["completion", "vision", "audio"], model_info: {} }))
      .on("/api/chat", json(200, last({}, { content: "Seen." })));
  });

  afterAll(() => server.close());

  it.each(SUBJECTS.flatMap(([page, make]) => INPUTS.map(([feature, block]) => ({ page, make, feature, block }))))(
    "holds: $feature of $page",
    async ({ page, make, feature, block }) => {
      const [, said] = rowsUnder(page, "### Features").find(([name]) => name === feature) ?? [];
      const message = new HumanMessage({ contentBlocks: [block as ContentBlock.Standard] });
      const heard = await make(server.url)
        .invoke([message])
        .then(
          () => "by model",
          (error: Error) => (error.name === "ConfigurationError" ? "no" : error.message),
        );
      expect(heard).toBe(said);
    },
  );
});

/** LangChain's own, of which `docs/models.md` says that they work as everywhere. */
const OF_LANGCHAIN = [
  "callbackManager",
  "configurable",
  "disableStreaming",
  "ls_structured_output_format",
  "onFailedAttempt",
  "recursionLimit",
  "runId",
  "runName",
  "verbose",
];

describe("the options", () => {
  const shared = Object.keys(METERED_OPTIONS).filter((option) => !OF_LANGCHAIN.includes(option));
  const own = (table: object): string[] => Object.keys(table).filter((option) => !(option in METERED_OPTIONS));

  it.each([
    ["docs/models.md", shared],
    ["docs/fireworks.md", own(FIREWORKS_OPTIONS)],
    ["docs/openllm.md", own(OPENLLM_OPTIONS)],
    ["docs/ollama.md", own(OLLAMA_OPTIONS)],
  ])("of %s are all named there", (page, options) => {
    const text = prose(page);
    expect(options.length).toBeGreaterThan(10);
    expect(options.filter((option) => !new RegExp(`\`${option}(?:\`|: )`).test(text))).toEqual([]);
  });
});

it("docs/embeddings.md has the headings of a page of embeddings", () => {
  expect(headingsOf("docs/embeddings.md")).toEqual([
    "## Overview",
    "### Integration details",
    "### Features",
    "## Setup",
    "### Credentials",
    "### Installation",
    "## Instantiation",
    "## Indexing and retrieval",
    "## Direct use",
    "## Ranking",
    "## Usage and cost",
    "## API reference",
  ]);
});

describe("the classes and types that the references name", () => {
  it.each([...MODELS, "docs/embeddings.md"])("are where %s says", (page) => {
    const [, reference = ""] = prose(page).split(END);
    const files = [...reference.matchAll(/`(src\/[^`]+)`/g)].map(([, file = ""]) => readFileSync(file, "utf8"));
    const names = [...reference.matchAll(/`([A-Z]\w+)`/g)].map(([, name = ""]) => name);
    const entry = /`langchain-metered\/(\w+)`/.exec(reference)?.[1] ?? "";
    const exported = readFileSync(`src/${entry}.ts`, "utf8");
    expect(files.length).toBeGreaterThan(0);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(exported))).toEqual([]);
    expect(names.length).toBeGreaterThan(2);
  });
});
