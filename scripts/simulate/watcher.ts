import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Serialized } from "@langchain/core/load/serializable";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { readMark, runKey } from "./question.js";

/** One run as a handler sees it. */
export interface WatchedRun {
  runId: string;
  key: string;
  index: number;
  ends: number;
}

/** Counts the starts and the ends of all runs, and knows which call each belongs to. */
export class Watcher extends BaseCallbackHandler {
  readonly name = "simulation_watcher";
  readonly runs = new Map<string, WatchedRun>();
  /** What should not have been seen, in words. */
  readonly problems: string[] = [];
  readonly #open = new Map<number, number>();
  readonly #waiting = new Map<number, () => void>();

  constructor() {
    super({ _awaitHandler: true });
  }

  override copy(): this {
    return this;
  }

  override handleChatModelStart(
    _model: Serialized,
    [messages = []]: BaseMessage[][],
    runId: string,
    _parentRunId?: string,
    _extra?: unknown,
    _tags?: string[],
    metadata?: Record<string, unknown>,
  ): void {
    const mark = readMark(messages.map(({ text }) => text).join("\n"));
    if (mark === undefined || this.runs.has(runId)) {
      this.problems.push(`run ${runId} has no mark, or started twice`);
      return;
    }
    const turn = messages.filter(
      (message) => AIMessage.isInstance(message) && (message.tool_calls?.length ?? 0) > 0,
    ).length;
    const key = runKey(mark, String(metadata?.ls_model_name), turn);
    this.runs.set(runId, { runId, key, index: mark.index, ends: 0 });
    this.#open.set(mark.index, (this.#open.get(mark.index) ?? 0) + 1);
  }

  override handleLLMEnd(_output: unknown, runId: string): void {
    this.#end(runId);
  }

  override handleLLMError(_error: unknown, runId: string): void {
    this.#end(runId);
  }

  /** How many runs have started and not ended. */
  get openRuns(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when no run of a call is open, or after a time that is much longer than any should take. */
  async settled(index: number, patienceMs: number): Promise<void> {
    if (!this.#open.has(index)) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([patience, new Promise<void>((resolve) => this.#waiting.set(index, resolve))]);
    clearTimeout(timer);
  }

  #end(runId: string): void {
    const run = this.runs.get(runId);
    if (run === undefined || ++run.ends > 1) {
      this.problems.push(
        run === undefined ? `run ${runId} ended without a start` : `run ${runId} (${run.key}) ended ${run.ends} times`,
      );
      return;
    }
    const left = (this.#open.get(run.index) ?? 0) - 1;
    if (left > 0) {
      this.#open.set(run.index, left);
      return;
    }
    this.#open.delete(run.index);
    this.#waiting.get(run.index)?.();
  }
}
