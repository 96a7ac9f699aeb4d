import { randomUUID } from "node:crypto";
import type { Serialized } from "@langchain/core/load/serializable";
import { AIMessage } from "@langchain/core/messages";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import type { CostCallbackHandler } from "../../../src/index.js";
import { SHORT } from "../prompts.js";
import { builtPackage } from "../subject.js";
import type { Work } from "./client.js";
import { cpuMs, liveBytes } from "./watch.js";

const MODEL: Serialized = { lc: 1, type: "not_implemented", id: ["langchain", "chat_models", "fake"] };
const CALLS = 500;
/** What the ledger keeps of a value anyway. */
const KEPT = 256;

interface Said {
  model?: string;
  tags?: string[];
  metadata?: Record<string, unknown>;
}

/** Tells a handler of calls as core does: the start of one, and its end. */
export function driver(handler: CostCallbackHandler, isEnded = true): (said?: Said) => void {
  return ({ model = "m", tags = [], metadata = {} } = {}) => {
    const run = randomUUID();
    const said = { ls_provider: "openai", ls_model_name: model, ls_model_type: "chat", ...metadata };
    handler.handleChatModelStart(MODEL, [SHORT], run, undefined, {}, tags, said);
    if (!isEnded) return;
    const message = new AIMessage({
      content: "At noon.",
      response_metadata: { model_name: model },
      usage_metadata: { input_tokens: 10, output_tokens: 20, total_tokens: 30 },
    });
    handler.handleLLMEnd({ generations: [[{ text: "At noon.", message }]] }, run);
  };
}

/** A text of its own each time, and not a view of another. */
const textOf = (index: number, length: number): string =>
  Buffer.from(`${index} ${"x".repeat(length)}`.slice(0, length)).toString();

/** kB a call that are alive because of it. */
export const heldByLedger: Work = async ({ who, variant, size }) => {
  const { CostCallbackHandler, MemoryLedger } = await builtPackage();
  const ledger = new MemoryLedger();
  const handler = new CostCallbackHandler({ ledger, onUnpriced: "zero" });
  const drive = driver(handler, variant !== "open runs");
  const length = who === "long" ? size : KEPT;
  const saidOf = (text: string): Said => (variant === "tags" ? { tags: [text] } : { metadata: { note: text } });
  const before = await liveBytes();
  for (let index = 0; index < CALLS; index++) drive(saidOf(textOf(index, length)));
  const held = (await liveBytes()) - before;
  const { calls, openCalls } = handler.totals;
  if (calls + openCalls < CALLS || (variant !== "open runs" && ledger.entries.length < CALLS))
    throw new Error(`${calls} calls ended, ${openCalls} are open.`);
  return held / CALLS / 1000;
};

/** Microseconds a run: while the handler still has room for runs, or after that, when each makes it forget one. */
export const manyRuns: Work = async ({ who, size }) => {
  const { CostCallbackHandler } = await builtPackage();
  const drive = driver(new CostCallbackHandler({ maxRuns: size, onUnpriced: "zero" }));
  const runs = () => {
    for (let index = 0; index < size; index++) drive();
  };
  if (who === "full") runs();
  return ((await cpuMs(runs)) * 1000) / size;
};

/** Microseconds a call, each of which is followed by a look at the books. */
export const byModel: Work = async ({ who, size }) => {
  const { CostCallbackHandler } = await builtPackage();
  const handler = new CostCallbackHandler({ onUnpriced: "zero" });
  const drive = driver(handler);
  for (let index = 0; index < size; index++) drive({ model: `m${index}` });
  let seen = 0;
  const ms = await cpuMs(() => {
    for (let index = 0; index < size; index++) {
      drive({ model: `m${index}` });
      seen += who === "byModel" ? Object.keys(handler.byModel).length : handler.totals.calls;
    }
  });
  if (seen < size * size) throw new Error("The books were not read.");
  return (ms * 1000) / size;
};

/** Milliseconds of CPU of one call in so many `trackCosts`, each inside the one before. */
export const nestedTracking: Work = async ({ size }) => {
  const { trackCosts } = await builtPackage();
  const model = new FakeListChatModel({ responses: ["At noon."] });
  const nested = async (levels: number): Promise<unknown> =>
    levels === 0 ? model.invoke(SHORT) : trackCosts(() => nested(levels - 1));
  await nested(1);
  return cpuMs(() => nested(size));
};
