import { testSaidExamples } from "../support/page_examples.js";
import { useThousandTokens } from "../support/thousand_tokens.js";

useThousandTokens();
testSaidExamples("docs/costs.md");
