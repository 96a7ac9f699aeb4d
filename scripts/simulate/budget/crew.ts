import type { Account } from "./accounts.js";
import type { CallReport, Joining } from "./messages.js";
import { Pots } from "./pots.js";
import { WorkerProcess } from "./worker_process.js";

/** A place in the crew: when its process is killed, another takes it. */
interface Place {
  number: number;
  worker: WorkerProcess;
  /** Resolves when its process has joined the round. */
  joined: Promise<void>;
  pots: Pots;
}

/** The processes that make the calls of a simulation. */
export class Crew {
  readonly problems: string[] = [];
  kills = 0;
  /** Pots that died with their processes. */
  readonly lost: Pots[] = [];
  #places: Place[] = [];
  readonly #idle: WorkerProcess[] = [];
  /** Who makes a call, as long as it is under way. */
  readonly #owners = new Map<number, Place>();
  #joining: Joining | undefined;
  /** The pots that all processes share, if they do. */
  #shared: Pots | undefined;

  constructor(private readonly program: string) {}

  /** The pots of the round. */
  get pots(): readonly Pots[] {
    return this.#shared === undefined ? this.#places.map(({ pots }) => pots) : [this.#shared];
  }

  get size(): number {
    return this.#places.length;
  }

  /** So many processes join a round. */
  async join(count: number, joining: Joining): Promise<void> {
    this.#joining = joining;
    this.#shared = joining.store.kind === "memory" ? undefined : new Pots(joining.budgets);
    this.lost.length = 0;
    this.#places = Array.from({ length: count }, (_, number) => {
      const worker = this.#idle.shift() ?? new WorkerProcess(this.program, number);
      return this.#place(number, worker);
    });
    await Promise.all(this.#places.map(({ joined }) => joined));
  }

  /** Has a place's process make a call, on pots that `begin` is told of. */
  async call(
    number: number,
    index: number,
    begin: (accounts: readonly Account[]) => void,
  ): Promise<CallReport | "killed"> {
    const place = this.#at(number);
    // It may be killed while it joins.
    for (let joined; joined !== place.joined; await joined) joined = place.joined;
    const { worker, pots } = place;
    this.#owners.set(index, place);
    begin(pots.of(index));
    const end = await worker.call(index);
    this.#owners.delete(index);
    if (end !== "killed") for (const pot of end.pots) this.problems.push(...pots.note(pot));
    return end;
  }

  /** Tells the process that makes a call that the server keeps silent on it. */
  silence(index: number): void {
    this.#owners.get(index)?.worker.tell({ kind: "silence", index });
  }

  /** Kills the process that makes a call. Resolves when another has taken its place; `undefined` when the call is over. */
  killOwner(index: number): Promise<unknown> | undefined {
    const place = this.#owners.get(index);
    if (place?.worker.openCalls.has(index) !== true) return undefined;
    this.kills++;
    if (this.#shared === undefined) this.lost.push(place.pots);
    this.problems.push(...place.worker.problems);
    const killed = place.worker.kill();
    const { worker, pots, joined } = this.#place(place.number, new WorkerProcess(this.program, place.number));
    Object.assign(place, { worker, pots, joined });
    return Promise.all([killed, joined]);
  }

  /** All processes leave the round. */
  async leave(): Promise<void> {
    await Promise.all(
      this.#places.map(async ({ joined, worker }) => {
        await joined;
        await worker.leave();
        this.problems.push(...worker.problems.splice(0));
        this.#idle.push(worker);
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...new Set([...this.#places.map(({ worker }) => worker), ...this.#idle])].map((worker) => worker.kill()),
    );
  }

  #place(number: number, worker: WorkerProcess): Place {
    const joining = this.#joining;
    if (joining === undefined) throw new Error("There is no round to join.");
    const joined = worker.ready.then(() => worker.join(joining));
    return { number, worker, joined, pots: this.#shared ?? new Pots(joining.budgets) };
  }

  #at(number: number): Place {
    const place = this.#places[number];
    if (place === undefined) throw new RangeError(`There are ${this.size} processes.`);
    return place;
  }
}
