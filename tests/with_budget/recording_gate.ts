import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { CallHold } from "../../src/budget/gate.js";
import type { CallFacts, EntryCost, EntryUsage } from "../../src/ledger/entry.js";
import type { ProposedCall } from "../../src/seam/gate.js";
import { gateOn } from "../../src/with_budget/gated_model.js";
import type { GateOptions } from "../../src/with_budget/gated_call.js";

/** What became of one admission. */
export interface Recorded {
  call: ProposedCall;
  expected: CallFacts;
  sent: number;
  refusedForMs?: number;
  charged: { cost: EntryCost; usage: EntryUsage | undefined }[];
  settled: { mayHaveCost: boolean }[];
}

/** A gate that grants all calls, or those that it is told to, and remembers what it was told. */
export class RecordingGate {
  readonly records: Recorded[] = [];

  constructor(
    readonly grants: {
      maxOutputTokens?: number;
      metadata?: Record<string, unknown>;
      denies?: (call: ProposedCall) => Error | undefined;
    } = {},
  ) {}

  async admit(call: ProposedCall, expected: CallFacts): Promise<CallHold> {
    const denial = this.grants.denies?.(call);
    if (denial !== undefined) throw denial;
    const record: Recorded = { call, expected, sent: 0, charged: [], settled: [] };
    this.records.push(record);
    const { denies: _, ...granted } = this.grants;
    return {
      ...granted,
      sent: () => void record.sent++,
      refused: (ms) => void (record.refusedForMs = ms),
      charge(cost, usage) {
        record.charged.push({ cost, usage });
        return [];
      },
      settle: async (end) => void record.settled.push(end),
    };
  }

  /** What was charged for each request, in their order; "held" where it is not known, "0" where nothing was. */
  get bill(): string[] {
    return this.records.map(({ charged, settled }) => {
      if (settled.length !== 1) return `settled ${settled.length} times`;
      if (settled[0]?.mayHaveCost === false) return "0";
      return charged[0]?.cost.highUsd ?? "held";
    });
  }
}

/** A model behind a gate of the test's own. */
export function behind<Model extends BaseChatModel>(
  model: Model,
  gate: RecordingGate,
  options: Partial<GateOptions> = {},
): Model {
  return gateOn(
    { model, budgets: [] },
    {
      gate,
      settlement: { trustsServers: false, unpricedAsZero: false },
      pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" },
      sendsUnlimited: false,
      ...options,
    },
  );
}
