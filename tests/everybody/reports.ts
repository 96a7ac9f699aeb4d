import { describe, expect, it } from "@jest/globals";
import { BaseCallbackHandler, type CallbackHandlerMethods } from "@langchain/core/callbacks/base";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { CostCallbackHandler, type PriceTable } from "../../src/callbacks.js";
import { useWireServer } from "../support/use_server.js";
import type { Reply } from "../support/wire_server.js";

/** How a model of somebody's is called: by its reader, or invoked for a handler that wants chunks or core's events of it. */
export type Way = "invoke" | "stream" | "chunks" | "events";

/** One report of somebody's package: the bytes that its provider sends, and what the books must say. */
export interface Report {
  name: string;
  /** What the provider answers, by how it is asked. A way that is left out is not tried: say why beside it. */
  answers: Partial<Record<Way, Reply>>;
  /** The model, calling `url`. */
  model(url: string): BaseChatModel;
  /** @default a word */
  prompt?: BaseLanguageModelInput;
  table?: PriceTable;
  /** The bill, worked out by hand, with the sum in a comment; `undefined` where it must be unpriced. */
  usd: string | undefined;
  /** Where the bill is only known between two amounts: both, `undefined` above where nothing bounds it. @default exact */
  between?: readonly [low: string, high: string | undefined];
  inputTokens?: number;
  outputTokens?: number;
  /** Words that the warnings must have, one warning for each. @default there must be none */
  warnings?: readonly RegExp[];
  /** What the call fails with, for answers that break off. @default it does not fail */
  fails?: RegExp;
  /** The key of `byModel`, where it matters who is billed. */
  billed?: string;
  /** Whatever else the totals must say. */
  totals?: Partial<CostCallbackHandler["totals"]>;
}

/** Tests each report on a real server, in each way that it has an answer for. */
export function testReports(reports: readonly Report[]): void {
  const server = useWireServer();
  const ways = (["invoke", "stream", "chunks", "events"] as const).filter((way) =>
    reports.some(({ answers }) => answers[way] !== undefined),
  );
  describe.each(ways)("%s", (way) => {
    it.each(
      reports.filter(({ answers }) => answers[way] !== undefined).map((report) => [report.name, report] as const),
    )("%s", async (_, report) => {
      const { answers, table, usd, between = [usd, usd], warnings = [], billed } = report;
      const costs = new CostCallbackHandler({ table });
      server.always(answers[way] as Reply); // filtered above
      const ended = call(report.model(server.url), way, costs, report.prompt);
      if (report.fails === undefined) await ended;
      else await expect(ended).rejects.toThrow(report.fails);
      const { totals } = costs;
      expect({ usd: totals.costUsd, between: [totals.lowUsd, totals.highUsd], warnings: totals.warnings }).toEqual({
        usd,
        between,
        warnings: warnings.map((words) => expect.stringMatching(words)),
      });
      expect(totals).toMatchObject({ calls: 1, unpricedCalls: usd === undefined ? 1 : 0, ...report.totals });
      if (report.inputTokens !== undefined) expect(totals.inputTokens).toBe(report.inputTokens);
      if (report.outputTokens !== undefined) expect(totals.outputTokens).toBe(report.outputTokens);
      if (billed !== undefined) expect(Object.keys(costs.byModel)).toEqual([billed]);
    });
  });
}

/** Calls a model in one of the ways, to its end. */
export async function call(
  model: BaseChatModel,
  way: Way,
  costs: CostCallbackHandler,
  prompt: BaseLanguageModelInput = "Hi",
): Promise<void> {
  const callbacks = [costs, ...listeners(way)];
  if (way === "stream") for await (const _ of await model.stream(prompt, { callbacks: [costs] }));
  else await model.invoke(prompt, { callbacks });
}

/** What LangGraph puts beside the handlers of a call that it shows while it runs: such a call streams behind `invoke`. */
function listeners(way: Way): CallbackHandlerMethods[] {
  if (way === "chunks") return [Object.assign(BaseCallbackHandler.fromMethods({}), { lc_prefer_streaming: true })];
  if (way !== "events") return [];
  const handler = BaseCallbackHandler.fromMethods({ handleChatModelStreamEvent() {} });
  return [Object.assign(handler, { lc_prefer_chat_model_stream_events: true })];
}
