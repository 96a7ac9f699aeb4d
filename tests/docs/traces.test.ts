import { testSaidExamples } from "../support/said_examples.js";

testSaidExamples("docs/traces.md");
