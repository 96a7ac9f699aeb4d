import { setTimeout as delay } from "node:timers/promises";
import { describe } from "../expected.js";
import type { Random } from "../random.js";
import type { Crew } from "./crew.js";
import { LEASE_MS, type RoundFault } from "./rounds.js";
import type { StoreServer } from "./store_server.js";

const PAUSE_MS = { pause: 500, "long pause": LEASE_MS + 1_500 };

/** When in a call its process is killed: as it begins, as the server has billed it, while the server keeps silent. */
type Moment = "begin" | "charge" | "silence";

const MOMENTS: readonly Moment[] = ["begin", "charge", "charge", "silence"];

/** After so many calls, a kill takes any moment. */
const PATIENCE_CALLS = 20;

/** Lets things go wrong in a round. */
export class FaultPlayer {
  /** What should not have been, in words. */
  readonly problems: string[] = [];
  storeFaults = 0;
  /** Whether the store has forgotten all. */
  isEmptied = false;
  #begun = 0;
  #left: readonly RoundFault[];
  /** Kills that wait for their moment, and after how many calls they began to. */
  readonly #armed: { moment: Moment; since: number }[] = [];
  readonly #kills: Promise<unknown>[] = [];
  #ofStore: Promise<void> = Promise.resolve();

  constructor(
    faults: readonly RoundFault[],
    private readonly random: Random,
    private readonly crew: Crew,
    private readonly store: StoreServer | undefined,
  ) {
    this.#left = faults;
  }

  /** A call is at one of the moments at which its process may be killed. */
  at(moment: Moment, index: number): void {
    if (moment === "begin") this.#begin();
    const armed = this.#armed.findIndex((kill) => kill.moment === moment || this.#begun - kill.since > PATIENCE_CALLS);
    if (armed < 0) return;
    const kill = this.crew.killOwner(index);
    if (kill === undefined) return;
    this.#armed.splice(armed, 1);
    this.#kills.push(kill);
  }

  /** Resolves when all that went wrong is over. */
  async finish(): Promise<void> {
    await this.#ofStore;
    await Promise.all(this.#kills);
  }

  #begin(): void {
    this.#begun++;
    const due = this.#left.filter(({ after }) => after < this.#begun);
    this.#left = this.#left.filter(({ after }) => after >= this.#begun);
    for (const { kind } of due) {
      if (kind === "kill") this.#armed.push({ moment: this.random.pick(MOMENTS), since: this.#begun });
      else
        this.#ofStore = this.#ofStore
          .then(() => this.#fail(kind))
          .catch((error: unknown) => void this.problems.push(describe(error)));
    }
  }

  async #fail(kind: Exclude<RoundFault["kind"], "kill">): Promise<void> {
    const { store } = this;
    if (store === undefined) return;
    this.storeFaults++;
    switch (kind) {
      case "pause":
      case "long pause":
        await store.pause();
        await delay(PAUSE_MS[kind]);
        return store.resume();
      case "restart":
        return store.restart();
      case "empty":
        await store.empty();
        this.isEmptied = true;
    }
  }
}
