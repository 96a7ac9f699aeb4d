import { boundName } from "../ledger/bounds.js";
import type { Ledger, LedgerEntry, OpenedCall } from "../ledger/entry.js";
import type { EndedCall } from "./ended_calls.js";
import { LedgerWriter } from "./ledger_writer.js";
import type { OpenRun } from "./open_run.js";

/** The ledgers of a handler. Each may fail by itself. */
export class Ledgers {
  readonly #writers: readonly LedgerWriter[];

  constructor(ledgers: Ledger | readonly Ledger[] = [], warn: (warning: string) => void) {
    const list = isList(ledgers) ? ledgers : [ledgers];
    this.#writers = [...new Set(list)].map((ledger) => new LedgerWriter(ledger, warn));
  }

  opened(run: OpenRun): void {
    for (const writer of this.#writers) if (writer.ledger.opened !== undefined) writer.opened(openedCall(run));
  }

  record(entry: LedgerEntry, call: EndedCall): void {
    for (const writer of this.#writers) writer.record(entry, call);
  }

  async flush(): Promise<void> {
    await Promise.all(this.#writers.map((writer) => writer.flush()));
  }
}

/** Its names are as long as those of its entry will be. */
function openedCall({ runId, expected, startedMs }: OpenRun): OpenedCall {
  const { provider, modelRequested } = expected;
  return {
    runId: boundName(runId),
    provider: boundName(provider),
    modelRequested: boundName(modelRequested),
    startedAt: new Date(startedMs).toISOString(),
  };
}

/** `Array.isArray` does not narrow lists that are read only. */
function isList(ledgers: Ledger | readonly Ledger[]): ledgers is readonly Ledger[] {
  return Array.isArray(ledgers);
}
