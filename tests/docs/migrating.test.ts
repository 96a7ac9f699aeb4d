import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import * as metered from "../../src/index.js";
import * as origin from "../../src/origin.js";
import { FIREWORKS_OPTIONS } from "../../src/providers/fireworks/options.js";
import { OLLAMA_OPTIONS } from "../../src/providers/ollama/options.js";
import { OPENLLM_OPTIONS } from "../../src/providers/openllm/options.js";
import { useGuideServer } from "../support/guide_server.js";
import { tableUnder } from "../support/page_tables.js";
import { testExamplesOf } from "../support/page_examples.js";

const PAGE = "docs/migrating.md";
useGuideServer();

testExamplesOf(PAGE, [
  [true, 1500, "0"],
  [true, 1500, "0"],
  [expect.objectContaining({ input_tokens: 1000, output_tokens: 500, total_tokens: 1500 }), "0.00045"],
  [{ totalPromptTokens: 1000, totalCompletionTokens: 500, totalCost: 0.0006, totalBudget: undefined }],
]);

/** The names in a column: option names, and what the package exports. */
const namesIn = (heading: string, column: number): string[] =>
  tableUnder(PAGE, heading).flatMap((row) =>
    [...(row[column] ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
  );

const models = { ...FIREWORKS_OPTIONS, ...OPENLLM_OPTIONS, ...OLLAMA_OPTIONS };

it.each<[heading: string, column: number, known: object]>([
  ["From ChatOpenAI with a `baseURL`", 1, OPENLLM_OPTIONS],
  ["From ChatOpenAI with a `baseURL`", 2, FIREWORKS_OPTIONS],
  ["From ChatOllama", 1, OLLAMA_OPTIONS],
  ["From another ChatFireworks in JavaScript", 1, FIREWORKS_OPTIONS],
  ["From LangChain Python's ChatFireworks", 1, FIREWORKS_OPTIONS],
  ["From MetaGPT's managers", 1, { ...models, ...metered, ...origin }],
])("%s: column %i names what there is", (heading, column, known) => {
  const names = namesIn(heading, column);
  expect(names.length).toBeGreaterThan(4);
  expect(names.filter((name) => !(name in known))).toEqual([]);
});

describe("the names of the other classes' fields", () => {
  const types = (files: string[]) =>
    files.map((file) => readFileSync(`node_modules/@langchain/${file}`, "utf8")).join("\n");

  it.each([
    [
      "From ChatOpenAI with a `baseURL`",
      [
        "openai/dist/types.d.ts",
        "openai/dist/chat_models/base.d.ts",
        "openai/dist/chat_models/index.d.ts",
        "core/dist/language_models/base.d.ts",
        "core/dist/runnables/types.d.ts",
        "core/dist/utils/async_caller.d.ts",
      ],
    ],
    ["From ChatOllama", ["ollama/dist/types.d.ts", "ollama/dist/chat_models.d.ts"]],
  ])("%s: are in the types of the installed package", (heading, files) => {
    const text = types(files);
    const names = namesIn(heading, 0);
    expect(names.length).toBeGreaterThan(25);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\??: `).test(text))).toEqual([]);
  });

  it("leave out no field of ChatOllama's constructor", () => {
    const text = types(["ollama/dist/types.d.ts", "ollama/dist/chat_models.d.ts"]);
    const inputs = [...text.matchAll(/interface (?:OllamaCamelCaseOptions|ChatOllamaInput)[^{]*\{([^]*?)\n\}/g)];
    const fields = inputs.flatMap(([, body = ""]) => [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name));
    const named = new Set(namesIn("From ChatOllama", 0));
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter((name) => !named.has(name ?? ""))).toEqual([]);
  });
});

describe("what is written of options that do not exist here", () => {
  const refusals = (construct: (option: string) => unknown, options: string[]) =>
    options.map((option) => {
      try {
        construct(option);
        return "nothing";
      } catch (error) {
        return metered.ConfigurationError.isInstance(error) ? `${error.option}: ${error.hint}` : String(error);
      }
    });

  it("is what ChatOllamaLite says of them", () => {
    const rows = tableUnder(PAGE, "From ChatOllama").filter(([, here]) => here === "-");
    const options = rows.flatMap(([there = ""]) => [...there.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name));
    const said = refusals((option) => new metered.ChatOllamaLite({ model: "llama3.2", [option]: 1 }), options);
    expect(options).toHaveLength(12);
    expect(said).toEqual(options.map((option) => `${option}: Leave it out: today's servers do nothing with it.`));
    expect(
      refusals((option) => new metered.ChatOllamaLite({ model: "m", [option]: true }), ["checkOrPullModel"]),
    ).toEqual(["checkOrPullModel: Write `pull: true`."]);
  });

  it("is what the other two say of `verbosity`", () => {
    const apiKey = "not-a-key";
    expect(
      refusals((option) => new metered.ChatFireworks({ model: "m", apiKey, [option]: "low" }), ["verbosity"]),
    ).toEqual(["verbosity: Write `modelKwargs: { verbosity }`, where the model knows the field."]);
    expect(refusals((option) => new metered.ChatOpenLLM({ model: "m", [option]: "low" }), ["verbosity"])).toEqual([
      "verbosity: Write `extraBody: { verbosity }`, where the model knows the field.",
    ]);
  });
});
