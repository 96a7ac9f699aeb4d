import { useGuideServer } from "../support/guide_server.js";
import { testExamplesOf } from "../support/page_examples.js";

useGuideServer();

testExamplesOf("docs/langgraph.md", [
  [
    ["human", "ai", "ai"],
    "fireworks/accounts/fireworks/models/minimax-m3p1-flash",
    1,
    "0.00045",
    "ollama/llama3.2",
    1,
    "0",
  ],
  [[1, 2], ["answer"], ["answer: It ", "answer: is ", "answer: high ", "answer: tide."], [1500], 3, 0],
  [
    [
      ["search", "ann", true],
      ["answer", "ann", true],
    ],
  ],
  [1, 0, "Done.", 2],
  [
    { a: "0.0009", b: "0.00045" },
    { tuesday: "0.0009", monday: "0.00045" },
  ],
  ["No criticism: $0.00045 of $0.001 is spent.", "0.00045", "0", 2, 1],
]);
