import { jest } from "@jest/globals";
import { testSaidExamples } from "../support/page_examples.js";

// Which price holds depends on the day.
jest.useFakeTimers({
  now: new Date("2026-11-20T00:00:00Z"),
  doNotFake: ["queueMicrotask", "nextTick", "setImmediate", "setTimeout"],
});
testSaidExamples("docs/pricing.md");
