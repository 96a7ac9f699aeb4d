import { randomId } from "../../base/random_id.js";
import { seedOf } from "../../budget/seed.js";
import type { Pot } from "../../budget/store.js";
import { scriptRunner, type RedisClient } from "./client.js";
import { refusal, unanswered, unreadableLedger } from "./failures.js";
import { checkStore, type RedisBudgetStoreOptions } from "./options.js";
import { toReply, type Reply } from "./reply.js";
import { potKey, type Request } from "./request.js";
import { SCRIPT } from "./script.js";

/** More rounds are needed only where Redis is emptied again and again. */
const ROUNDS = 5;

/** Asks a Redis, and remembers what it has said, so that one that forgot is found out. */
export class Exchange {
  readonly #run;
  readonly #prefix;
  /** The newest that was seen of the store. */
  #seen = { epoch: "", seq: 0 };
  /** Ledgers that are being read: all that ask for a pot at once read once. */
  readonly #seeding = new Map<string, Promise<number>>();

  /** @throws ConfigurationError */
  constructor(
    client: RedisClient,
    readonly options: RedisBudgetStoreOptions,
  ) {
    checkStore(options);
    this.#prefix = options.prefix ?? "langchain-metered:budgets";
    this.#run = scriptRunner(client, SCRIPT, `{${this.#prefix}}`);
  }

  /**
   * @param pots - those that the request draws on
   * @throws BudgetUnavailableError
   */
  async ask(request: Request, pots: readonly Pot[]): Promise<Reply> {
    // An old snapshot looks well to a process that is new. When a sliding amount left, a ledger does not say so exactly.
    if (this.#seen.epoch === "")
      await this.#seed(
        request,
        pots.filter(({ slidingMs }) => slidingMs === undefined),
        0,
      );
    for (let round = 1; ; round += 1) {
      const reply = await this.#send(request);
      const refused = refusal(this.#prefix, reply);
      if (refused === undefined) return reply;
      if (this.options.ledger === undefined || round === ROUNDS) throw refused;
      if (reply.kind === "lost") await this.#send({ operation: "heal", holds: [], lost: reply.epoch });
      else if (reply.kind === "unseeded") await this.#seed(request, pots, reply.nowMs);
      else throw refused;
    }
  }

  async #send(request: Request): Promise<Reply> {
    const { create = true, ledger, now } = this.options;
    const reply = await this.#run(
      JSON.stringify({
        ...request,
        seen: this.#seen.epoch,
        seq: this.#seen.seq,
        epoch: randomId(16),
        create,
        ledger: ledger !== undefined,
        now: now?.().getTime(),
      }),
    )
      .then(toReply)
      .catch((error: unknown) => {
        throw unanswered(this.#prefix, error);
      });
    if (reply.kind === "lost" || reply.kind === "nothing") return reply;
    const seq = reply.epoch === this.#seen.epoch ? Math.max(reply.seq, this.#seen.seq) : reply.seq;
    this.#seen = { epoch: reply.epoch, seq };
    return reply;
  }

  /** Says what the ledger has of pots. */
  async #seed({ holds }: Request, pots: readonly Pot[], nowMs: number): Promise<void> {
    const { ledger } = this.options;
    if (ledger === undefined) return;
    const seeds = new Map<string, number>();
    for (const pot of pots) {
      const key = potKey(pot);
      if (!seeds.has(key)) seeds.set(key, await this.#seedOf(key, pot, nowMs, ledger));
    }
    for (const draw of holds.flatMap((hold) => hold.draws)) draw.seed = seeds.get(draw.pot);
  }

  #seedOf(
    key: string,
    pot: Pot,
    nowMs: number,
    ledger: NonNullable<RedisBudgetStoreOptions["ledger"]>,
  ): Promise<number> {
    const underWay = this.#seeding.get(key);
    if (underWay !== undefined) return underWay;
    const seed = (async () => seedOf(await ledger(), pot, nowMs))()
      .catch((error: unknown) => {
        throw unreadableLedger(error);
      })
      .finally(() => this.#seeding.delete(key));
    this.#seeding.set(key, seed);
    return seed;
  }
}
