import { testSaidExamples } from "../support/page_examples.js";

testSaidExamples("docs/traces.md");
