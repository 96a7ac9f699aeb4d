import { BaseCallbackHandler, type BaseCallbackHandlerInput } from "@langchain/core/callbacks/base";
import { BoundedMap } from "../ledger/bounded_map.js";

/**
 * A handler that knows the outermost run of each run, as far as it is told of the runs between: handlers that are
 * passed to an invocation are, those of a model alone are not.
 */
export abstract class RunTreeHandler extends BaseCallbackHandler {
  /** With how many runs of that id are open: a client may choose the id of its runs, and choose the same for all. */
  readonly #roots: BoundedMap<string, { root: string; open: number }>;

  protected constructor(input: BaseCallbackHandlerInput, maxRuns: number) {
    super(input);
    this.#roots = new BoundedMap(maxRuns);
  }

  override handleChainStart(_chain: unknown, _inputs: unknown, runId: string, parentRunId?: string): void {
    this.#begin(runId, parentRunId);
  }

  override handleToolStart(_tool: unknown, _input: string, runId: string, parentRunId?: string): void {
    this.#begin(runId, parentRunId);
  }

  override handleRetrieverStart(_retriever: unknown, _query: string, runId: string, parentRunId?: string): void {
    this.#begin(runId, parentRunId);
  }

  override handleChainEnd(_outputs: unknown, runId: string): void {
    this.#finish(runId);
  }

  override handleChainError(_error: unknown, runId: string): void {
    this.#finish(runId);
  }

  override handleToolEnd(_output: unknown, runId: string): void {
    this.#leave(runId);
  }

  override handleToolError(_error: unknown, runId: string): void {
    this.#leave(runId);
  }

  override handleRetrieverEnd(_documents: unknown, runId: string): void {
    this.#leave(runId);
  }

  override handleRetrieverError(_error: unknown, runId: string): void {
    this.#leave(runId);
  }

  /** The outermost run above a run; `undefined` where the runs between are not known. */
  protected rootOf(runId: string, parentRunId: string | undefined): string | undefined {
    return parentRunId === undefined ? runId : this.#roots.get(parentRunId)?.root;
  }

  /** Is told when an outermost chain has ended, and with it what it called. */
  protected abstract treeEnded(rootId: string): void;

  #finish(runId: string): void {
    const isRoot = this.#roots.get(runId)?.root === runId;
    if (this.#leave(runId) && isRoot) this.treeEnded(runId);
  }

  #begin(runId: string, parentRunId: string | undefined): void {
    const root = this.rootOf(runId, parentRunId);
    if (root !== undefined) this.#roots.set(runId, { root, open: (this.#roots.get(runId)?.open ?? 0) + 1 });
  }

  /** Whether it was the last of that id. */
  #leave(runId: string): boolean {
    const run = this.#roots.get(runId);
    if (run === undefined || run.open === 1) {
      this.#roots.delete(runId);
      return true;
    }
    run.open -= 1;
    return false;
  }
}
