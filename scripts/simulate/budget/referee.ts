import { Bill, type BilledRequest } from "../bill.js";
import { Counters } from "../counters.js";
import { bill, type Account } from "./accounts.js";

/** The server's own bill, which is compared with the limits at each charge. */
export class Referee extends Bill {
  /** What should not have been, in words. */
  readonly problems: string[] = [];
  /** Told of each charge, of which call it is. */
  onCharge: (index: number) => void = () => {};
  readonly #accounts = new Map<number, readonly Account[]>();
  readonly #requests = new Counters();
  readonly #billedRuns = new Set<string>();
  readonly #callsSeen = new Set<number>();

  /** Says on which accounts a call draws, before it is made. */
  expect(index: number, accounts: readonly Account[]): void {
    this.#accounts.set(index, accounts);
  }

  override charge(request: BilledRequest): void {
    // A run's key begins with its call's index.
    const index = Number.parseInt(request.key, 10);
    const accounts = this.#accounts.get(index);
    if (accounts === undefined) this.problems.push(`nobody was to make call ${index}`);
    this.#requests.add(request.key);
    this.#callsSeen.add(index);
    const isFirst = !this.#billedRuns.has(request.key);
    if (request.inputTokens + request.outputTokens > 0) this.#billedRuns.add(request.key);
    for (const account of accounts ?? []) this.problems.push(...bill(account, request, isFirst));
    this.onCharge(index);
  }

  /** Whether any request of a call came. */
  hasSeen(index: number): boolean {
    return this.#callsSeen.has(index);
  }

  /** How many requests of a run came. */
  requestsOf(key: string): number {
    return this.#requests.of(key);
  }
}
