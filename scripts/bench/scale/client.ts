/** Does the work of one job in a process of its own: each message from its parent asks for it once, at one size. */
import { abortsAtOnce, eventsOf, heapOfLongStream, heapOfOpenStreams } from "./streams.js";
import { byModel, heldByLedger, manyRuns, nestedTracking } from "./books.js";
import type { ScaleName } from "./jobs.js";
import { lostBehindLongLine } from "./long_line.js";
import { requestsOfManyModels } from "./many_models.js";
import { cpuOfBigPrompt, holdOfUncountedPrompt } from "./long_prompts.js";
import { cpuOfReferences, lostInWideSchema } from "./schemas.js";
import { tick } from "./watch.js";

/** What a client is asked for. */
export interface Ask {
  /** The class or the way that is measured. */
  who: string;
  variant?: string;
  size: number;
}

/** One sample, or why there is none. */
export type Sample = { value: number; tick: number } | { failed: string };

/** Does the work at the server of this address, and gives the figure in the job's unit. */
export type Work = (ask: Ask, url: string) => Promise<number>;

const WORKS: Record<ScaleName, Work> = {
  "open-streams": heapOfOpenStreams,
  "long-stream": heapOfLongStream,
  aborts: abortsAtOnce,
  "no-usage-prompt": holdOfUncountedPrompt,
  refs: cpuOfReferences,
  "wide-schema": lostInWideSchema,
  "big-prompt": cpuOfBigPrompt,
  metadata: heldByLedger,
  "max-runs": manyRuns,
  "many-models": requestsOfManyModels,
  "long-line": lostBehindLongLine,
  "nested-tracking": nestedTracking,
  "by-model": byModel,
  "events-v3": eventsOf,
};

const [, , name = "", url = ""] = process.argv;
const work = WORKS[name as ScaleName]; // the parent passes names of jobs only

async function sample(ask: Ask): Promise<Sample> {
  try {
    const value = await work(ask, url);
    return { value, tick: tick() };
  } catch (error) {
    return { failed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

async function answer(ask: Ask): Promise<void> {
  process.send?.(await sample(ask));
}

process.on("message", (ask) => void answer(ask as Ask)); // what a parent sends
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
