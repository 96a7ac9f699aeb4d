import { testSaidExamples } from "../support/said_examples.js";
import { useThousandTokens } from "../support/thousand_tokens.js";

useThousandTokens();
testSaidExamples("docs/costs.md");
