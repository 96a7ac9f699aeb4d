import { expect } from "@jest/globals";
import { overrideEnvironment } from "../support/environment.js";
import { testExamplesOf } from "../support/page_examples.js";

// Nothing of this machine's may lead an example elsewhere.
overrideEnvironment(/^(FIREWORKS|OPENLLM|OPEN_LLM|OLLAMA|OPENAI)_/, {});

const request = {
  model: "accounts/fireworks/models/house-model",
  messages: [{ role: "user", content: "How often are tides?" }],
  temperature: 0,
};

testExamplesOf("docs/testing.md", [
  ["Twice a day.", "0.002", 0, []],
  [
    ["human", "ai", "tool", "ai"],
    expect.stringMatching(/^I have to stop here: of the budget `steps`, 1 call of 1 call is spent\./),
  ],
  ["Twice a day.", "0.002", expect.objectContaining(request), true, 429],
  ["Twice a day.", 13, "Twice a day."],
  ["One.", "2026-12-01T00:00:00.000Z", "Two."],
]);
