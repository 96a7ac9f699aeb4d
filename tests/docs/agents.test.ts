import { expect } from "@jest/globals";
import { testExamplesOf } from "../support/page_examples.js";
import { useGuideServer } from "../support/guide_server.js";

useGuideServer();

testExamplesOf("docs/agents.md", [
  [["human", "ai", "tool", "ai"], "18 C in Paris.", 2, "0.0009"],
  [["model_request", "tools", "model_request"], ["18 ", "C ", "in ", "Paris."], "0.0009"],
  [
    "budget",
    expect.stringMatching(/^I have to stop here: of the budget `trip`, \$0\.00045 of \$0\.001 is spent\./),
    "0.00045",
  ],
  [
    expect.stringMatching(
      /^The budget `trip` does not allow the call, which may need \$0\.000619051\. Of \$0\.0001, \$0 is spent/,
    ),
    ["end", "raise", "retry"],
    "Tides are the sea rising and falling as the Moon pulls at it.",
  ],
  [
    ["guide: 3 calls, $0.00135"],
    ["model_request: 2 calls, $0.0009", "tools: 1 calls, $0.00045"],
    ["tool:describe: 1 calls, $0.00045"],
    ["42: 3 calls, $0.00135"],
    ["ann: 3 calls, $0.00135"],
  ],
  [["human", "ai", "tool", "ai", "tool", "ai"], "18 C in Rome.", 3],
]);
