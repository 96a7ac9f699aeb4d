import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { LOWEST } from "../../scripts/types/lowest.js";
import { exactProgram, PublicApi, publicClasses, silentOptions } from "../support/public_api.js";
import { strictOptions } from "../support/public_inputs.js";

const api = new PublicApi();

/** Types in signatures that nobody outside needs to name, with those who have them. */
const INNER: Record<string, string[]> = {
  // What classes are made of.
  RunOwner: ["MeteredChatModel"],
  RunTreeHandler: ["CostCallbackHandler"],
  OllamaModel: ["ChatOllamaLite"],
  SelfHostedModel: ["ChatOpenLLM"],
  Overridden: ["ChatOllamaLiteInput"],
  // What core hands to a handler, as core has it.
  StartArguments: ["CostCallbackHandler"],
  // What a provider is given and passes on as it is.
  CallSettings: ["MeteredChatModel"],
  Credentials: ["ModelHandle"],
  ModelCall: ["Provider"],
  Transport: ["ModelHandle"],
};

/** What the package makes itself and takes back: absent is absent there. */
const RECORDS = [
  // Lines of ledgers, whose form is written down.
  "LedgerEntry EntryAttempt EntryBudget EntryCostComponent EntryTokens EntryUsage UsageBounds ServerCost",
  // Tables: users write rows as `PriceRowInput`.
  "PriceTable PriceRow PriceAlias SizeTier ListedFacts",
  // What stores of budgets are asked.
  "Draw OpenHold Pot ProposedCall MeteredFacts",
  // What comes from a server.
  "AnswerDelta ToolCallDelta PartialUsage ErrorBody Endpoint PullProgress",
  // The form of others' objects, and of what LangChain's own class takes: a model must be one.
  "GenaiProvider PostgresPool StructuredOutputConfig MeteredChatModel ChatOllamaLiteCallOptions",
]
  .join(" ")
  .split(" ");

describe("the package's types", () => {
  it("can all be imported that are in signatures", () => {
    expect(api.hiddenTypes()).toEqual(INNER);
  });

  it("take `undefined` for every option", () => {
    expect(Object.keys(strictOptions(api)).toSorted()).toEqual(RECORDS.toSorted());
  });

  it("take it from a user under `exactOptionalPropertyTypes`", () => {
    const file = fileURLToPath(new URL("exact_options.ts", import.meta.url));
    const program = exactProgram([file]);
    const problems = program.getSemanticDiagnostics(program.getSourceFile(file));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  }, 240_000); // the compiler shares its cores with the rest of the suite

  it("have a lowest TypeScript, which the page on models names", () => {
    const page = readFileSync(new URL("../../docs/models.md", import.meta.url), "utf8");
    expect(page).toContain(`The lowest TypeScript is ${LOWEST}.`);
  });

  it("say what each option is for", () => {
    expect(silentOptions(api)).toEqual([]);
  });
});

describe("the package's classes", () => {
  const classes = publicClasses(api);

  it("say what their constructors take", () => {
    expect(classes.length).toBeGreaterThan(25);
    expect(classes.filter(({ silentConstructors }) => silentConstructors > 0)).toEqual([]);
  });

  it("have an example each; for errors it is that of them all", () => {
    const without = classes.filter(({ example }) => example === undefined).map(({ name }) => name);
    expect(without.filter((name) => !name.endsWith("Error"))).toEqual([]);
    expect(classes.find(({ name }) => name === "MeteredError")?.example).toContain("MeteredError.isInstance");
  });
});
