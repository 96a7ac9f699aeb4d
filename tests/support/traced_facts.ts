import { expect } from "@jest/globals";
import type { TracedCase } from "./traced_calls.js";

type Facts = Record<string, unknown>;
type Name = TracedCase["name"];

/** What a call used and what it cost, in the field of LangSmith's for that. */
const tracedUsage = (input: number, output: number, costs?: [input: number, output: number, total: number]) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
  ...(costs === undefined
    ? {}
    : {
        input_cost: costs[0],
        output_cost: costs[1],
        total_cost: costs[2],
        input_cost_details: {},
        output_cost_details: {},
      }),
});

const counted = tracedUsage(23, 7, [0.000023, 0.000014, 0.000037]);
// "Hello " is two tokens by our count, with what stands around each answer.
const cutShort = tracedUsage(10, 2, [0.00001, 0.000004, 0.000014]);
const exact: Facts = {
  metered_usage_source: "server",
  metered_cost_status: "priced",
  metered_cost_low_usd: "0.000037",
  metered_cost_high_usd: "0.000037",
};
// Nothing bounds the output from above: there is no high figure.
const unbounded: Facts = {
  metered_usage_source: "estimated",
  metered_cost_status: "priced",
  metered_cost_low_usd: "0.000002",
};
// 2,115 tokens in, the most that the prompt can be, and 700 out.
const bounded: Facts = { ...unbounded, metered_cost_high_usd: "0.003515" };

/** What the metadata of each case's run has, beside what was there before the call. */
export const ownFactsOf: Record<Name, Facts> = {
  streamed: { ...exact, usage_metadata: counted },
  invoked: { ...exact, usage_metadata: counted },
  failed: { ...bounded, usage_metadata: tracedUsage(10, 3, [0.00001, 0.000006, 0.000016]) },
  aborted: { ...bounded, usage_metadata: cutShort, ls_is_error_interrupt: true },
  left: { ...unbounded, usage_metadata: cutShort },
  unpriced: {
    metered_usage_source: "server",
    metered_cost_status: "unpriced",
    metered_unpriced_reason: expect.any(String),
    usage_metadata: tracedUsage(23, 7),
  },
  estimated: { ...unbounded, usage_metadata: tracedUsage(10, 3, [0.00001, 0.000006, 0.000016]) },
};

/** The same of another package's model: what it never reported, nobody knows. */
const unknown: Facts = {
  metered_cost_status: "unpriced",
  metered_price_row: "user/test-model#0",
  metered_unpriced_reason: "the call reported no usage",
};
const table: Facts = { ...exact, metered_price_row: "user/test-model#0" };

export const otherFactsOf: Record<Exclude<Name, "left">, Facts> = {
  streamed: table,
  invoked: table,
  failed: unknown,
  aborted: { ...unknown, ls_is_error_interrupt: true },
  unpriced: {
    metered_usage_source: "server",
    metered_cost_status: "unpriced",
    metered_unpriced_reason: expect.any(String),
  },
  estimated: unknown,
};

/** What was added to a run's metadata while it ran; its own id was there when it started. */
export function factsIn(metadata: Facts = {}): Facts {
  return Object.fromEntries(
    Object.entries(metadata).filter(([name]) => /^metered_(?!run_id$)|^usage_|interrupt$/.test(name)),
  );
}
