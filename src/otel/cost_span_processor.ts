import { keepSettledRuns } from "../books/settled_runs.js";

/** Writes dollars onto the LLM spans of any instrumentation as they end. */
export class CostSpanProcessor {
  constructor() {
    keepSettledRuns();
  }
}
