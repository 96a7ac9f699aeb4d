import { CostCallbackHandler } from "../../../src/callbacks.js";
import { Budget } from "../../../src/budget/budget.js";
import { ConfigurationError } from "../../../src/base/errors.js";
import { makeCall } from "../caller.js";
import { describe, isExpected } from "../expected.js";
import { planCall } from "../plan.js";
import { Signals } from "../signals.js";
import { CallWatcher } from "./call_watcher.js";
import { userOf, type CallReport, type Joining, type SaidPot } from "./messages.js";
import { keyFor } from "./accounts.js";
import { openStore, type OpenStore } from "./stores.js";

/** Longer than any run should stay open after its caller has done with it. */
const PATIENCE_MS = 30_000;

/** A process' part in a round: it makes the calls that it is told to, on budgets that it may share with others. */
export class Member {
  readonly silences = new Signals<number>();
  readonly #watcher = new CallWatcher();
  readonly #costs: CostCallbackHandler;
  readonly #budgets: Budget[];

  private constructor(
    private readonly joining: Joining,
    private readonly store: OpenStore,
  ) {
    const { budgets } = joining;
    this.#budgets = budgets.map((budget) => new Budget({ ...budget, store: store.store }));
    this.#costs = new CostCallbackHandler({ budget: this.#budgets });
  }

  /** @param number - of the process: it decides which client of a store is taken */
  static async join(joining: Joining, number: number): Promise<Member> {
    return new Member(joining, await openStore(joining.store, { create: false, number }));
  }

  /** Makes a call, and waits until its runs are over. */
  async call(index: number): Promise<CallReport> {
    const { seed, url, nowhere } = this.joining;
    const plan = planCall(seed, index);
    const problems: string[] = [];
    const metadata = { user_id: userOf(index) };
    const surroundings = { url, nowhere, costs: this.#costs, watcher: this.#watcher, metadata };
    await makeCall(plan, { seed, surroundings, silence: this.silences.when(index) }).catch((error: unknown) => {
      if (!isExpected(error) || ConfigurationError.isInstance(error))
        problems.push(`call ${index} (${plan.path.name}) failed with ${describe(error)}`);
    });
    await this.#watcher.settled(index, PATIENCE_MS);
    const pots = this.joining.store.kind === "memory" ? await this.#pots(index) : [];
    return { ...this.#watcher.take(index), problems, pots };
  }

  /** Ends its part. @returns what should not have been, in words */
  async leave(): Promise<string[]> {
    await this.store.close();
    const { openRuns, problems } = this.#watcher;
    return [...problems, ...(openRuns === 0 ? [] : [`${openRuns} runs have not ended`])];
  }

  #pots(index: number): Promise<SaidPot[]> {
    return Promise.all(
      this.#budgets.map(async (budget, position) => {
        const key = keyFor(this.joining.budgets[position] ?? {}, index);
        const { name, spent, held } = await budget.state(key);
        return { name, key, spent, held };
      }),
    );
  }
}
