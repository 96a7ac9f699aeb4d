import { fieldsOf } from "../../base/json.js";
import { readAnthropic } from "./anthropic.js";
import { readBedrock } from "./bedrock.js";
import { withCachedBeside } from "./cached_beside.js";
import type { Evidence } from "./evidence.js";
import { readGoogle } from "./google.js";
import { usageOfLangChain } from "./langchain.js";
import { readMistral } from "./mistral.js";
import { readOllama } from "./ollama.js";
import { readOpenAI } from "./openai.js";
import { readOpenRouter } from "./openrouter.js";
import { reconcile } from "./reconcile.js";
import type { Reading } from "./spelled.js";
import { withTotal } from "./total.js";
import { withUncountedOutput } from "./uncounted_output.js";
import { withBill, withCost } from "./cost.js";

/** Each knows its own by its form, and says nothing of others. */
const READERS = [readGoogle, readBedrock, readAnthropic, readMistral, readOllama, readOpenRouter, readOpenAI];

/** What an answer of another package's class says of its usage, from all places in which it says it. */
export function readAnswer(evidence: Evidence): Reading {
  const raw = READERS.map((read) => read(evidence)).find((reading) => reading !== undefined);
  const made = usageOfLangChain(fieldsOf(evidence.message.usage_metadata));
  const reading = reconcile(made, withBill(raw, evidence), isWhole(evidence));
  return withCost(withUncountedOutput(withTotal(withCachedBeside(reading)), evidence));
}

/** Whether no chunk of the answer was heard, where chunks would have been. */
function isWhole({ heard }: Evidence): boolean {
  return heard !== undefined && heard.chunks + heard.outputs === 0;
}
