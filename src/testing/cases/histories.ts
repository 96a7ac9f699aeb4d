import { BudgetUnavailableError } from "../../base/errors.js";
import type { BudgetStore, Draw, Hold, OpenHold, Pot } from "../../budget/store.js";
import { check, has, isState } from "../expect.js";
import { ReferenceStore } from "../model.js";
import { randomOf, type Random } from "../random.js";
import { leaseMs, sliding, total, type Case, type Trial } from "../trial.js";

const steps = 150;
const quarterMs = 900_000;

/** What random calls do in a store is what they do in the reference. */
export const historyCases: readonly Case[] = [1, 2, 3].flatMap((seed) => [
  {
    name: `a random history keeps to its limits, and agrees with the reference (seed ${seed})`,
    run: async (trial) => new History(trial, randomOf(seed), true).run(),
  },
  {
    name: `a random history with soft draws, unknown holds and settles above them agrees with the reference (seed ${seed})`,
    run: async (trial) => new History(trial, randomOf(seed), false).run(),
  },
]);

/** Calls of several processes, each of which may crash, come late, or say things again. */
class History {
  readonly #reference: ReferenceStore;
  readonly #pots = new Map<string, Pot>();
  readonly #holds: Hold[] = [];
  readonly #stores: BudgetStore[] = [];

  /** @param isLawful - nothing happens after which a limit may be passed */
  constructor(
    readonly trial: Trial,
    readonly random: Random,
    readonly isLawful: boolean,
  ) {
    this.#reference = new ReferenceStore(() => trial.nowMs());
  }

  async run(): Promise<void> {
    for (let n = 0; n < 3; n += 1) this.#stores.push(await this.trial.open());
    const begun = this.trial.nowMs();
    for (let n = 0; n < steps; n += 1) {
      const step = await this.#step(n, this.#one(this.#stores));
      await this.#agrees(`In step ${n} (${step}, ${this.trial.nowMs() - begun} ms after the first)`);
    }
    this.trial.advance(leaseMs);
    await this.#agrees("When all leases have ended");
    for (const pot of this.#pots.values())
      await has(this.#one(this.#stores), [pot, this.#reference.state(pot).spent, 0]);
  }

  async #step(n: number, store: BudgetStore): Promise<string> {
    const known = this.#holds.length > 0 ? this.#one(this.#holds) : undefined;
    const kind = this.random(10);
    if (kind < 4 || known === undefined) return this.#reserve(store, this.#newHold(`hold ${n}`));
    if (kind === 4) return this.#reserve(store, known);
    if (kind < 7) return this.#settle(store, this.isLawful || this.random(8) > 0 ? known : this.#newHold(`hold ${n}`));
    if (kind === 7) return this.#renew(store, this.isLawful || this.random(4) > 0 ? known : this.#newHold(`hold ${n}`));
    this.trial.advance(this.random(20_000));
    return "time passes";
  }

  async #reserve(store: BudgetStore, hold: Hold): Promise<string> {
    const expected = this.#reference.reserve(hold, leaseMs);
    const reserved = await store.reserve(hold, leaseMs).catch((error: unknown) => {
      if (!BudgetUnavailableError.isInstance(error)) throw error;
      return { kind: "over" } as const;
    });
    const is = reserved.kind === "denied" ? `denied ${reserved.index}` : reserved.kind;
    const step = `reserve of \`${hold.id}\`: ${JSON.stringify(hold.draws)}`;
    check(is === expected, `A ${step} should be \`${expected}\`, and is \`${is}\`.`);
    if (is === "granted") this.#holds.push(hold);
    return step;
  }

  async #settle(store: BudgetStore, hold: Hold): Promise<string> {
    const amounts = hold.draws.map(({ amount }, index) =>
      // One figure for each hold, unless limits may be passed: what a settle frees and a later one charges was perhaps taken.
      this.isLawful ? Math.floor((amount * ((hold.id.length + index) % 3)) / 2) : this.random(amount + 3),
    );
    const open = this.#sent(hold);
    this.#reference.settle(open, amounts);
    await store.settle(open, amounts);
    return `settle of \`${hold.id}\` at ${amounts.join(", ")}, sent ${open.sentMsAgo} ms ago`;
  }

  async #renew(store: BudgetStore, hold: Hold): Promise<string> {
    const open = this.#sent(hold);
    this.#reference.renew(open, leaseMs);
    await store.renew([open], leaseMs);
    return `renewal of \`${hold.id}\`, sent ${open.sentMsAgo} ms ago`;
  }

  /** Says of some calls when their requests left; of others, nothing. */
  #sent(hold: Hold): OpenHold {
    const sentMsAgo = this.random(30_000);
    if (this.random(3) > 0) return hold;
    if (!this.isLawful) return { ...hold, sentMsAgo };
    // What has slid out since its lease ended must not come back.
    return this.#reference.isOpen(hold.id) ? { ...hold, sentMsAgo: 0 } : hold;
  }

  #newHold(id: string): Hold {
    const fromMs = Math.floor(this.trial.nowMs() / quarterMs) * quarterMs;
    const pots = [
      total("total", 400),
      { id: "quarter", limit: 120, window: { fromMs, toMs: fromMs + quarterMs } },
      { id: "stale", limit: 100, window: { fromMs: fromMs + quarterMs, toMs: fromMs + 2 * quarterMs } },
      sliding("minute", 40),
    ];
    const draws = Array.from({ length: 1 + this.random(3) }, (): Draw => {
      const pot = this.random(12) === 0 ? this.#one(pots) : this.#one(pots.filter((each) => each.id !== "stale"));
      this.#pots.set(`${pot.id} ${pot.window?.fromMs}`, pot);
      return { pot, amount: this.random(16), isSoft: !this.isLawful && this.random(8) === 0 };
    });
    return { id, draws };
  }

  async #agrees(when: string): Promise<void> {
    const pots = [...this.#pots.values()];
    const { pots: states } = await this.#one(this.#stores).state(pots);
    for (const [index, pot] of pots.entries()) {
      const [is, expected] = [states[index], this.#reference.state(pot)];
      isState(pot, is, expected, `${when}: `);
      const isWithin = (is?.spent ?? 0) + (is?.held ?? 0) <= pot.limit;
      check(isWithin || !this.isLawful, `${when}: the pot \`${pot.id}\` has more than its limit of ${pot.limit}.`);
    }
  }

  #one<Item>(items: readonly Item[]): Item {
    const item = items[this.random(items.length)];
    if (item === undefined) throw new Error("There is nothing to choose from.");
    return item;
  }
}
