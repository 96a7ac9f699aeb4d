import { BudgetUnavailableError } from "../../base/errors.js";
import { seedOf } from "../../budget/seed.js";
import type { BudgetStore, Pot, Reserved } from "../../budget/store.js";
import { checkStore, type PostgresBudgetStoreOptions } from "./options.js";
import type { PostgresPool } from "./pool.js";
import { answerIn, codeOf, transact, type Answer } from "./query.js";
import { askedOfHolds, askedOfPots, type Asked } from "./request.js";
import { namesOf, quotedText } from "./sql_text.js";
import { creation } from "./tables.js";

const DEFAULT_LEASE_MS = 60_000;
/** What may have to be done before an operation: make the tables, open the store, seed its pots, each again where others do so too. */
const MAX_STEPS = 10;
const NO_SCHEMA = "3F000";
/** No table, no function, no schema. */
const NOTHING_THERE = new Set(["42P01", "42883", NO_SCHEMA]);

/**
 * A store of budgets in PostgreSQL, shared by all processes that are given the same one. It makes its tables on first use.
 * @param pool - a `Pool` of `pg`. Where nobody listens to its errors, the store does: an idle connection that breaks would end the process
 * @throws ConfigurationError
 * @example const store = postgresBudgetStore(new Pool({ connectionString }));
 */
export function postgresBudgetStore(pool: PostgresPool, options: PostgresBudgetStoreOptions = {}): BudgetStore {
  checkStore(pool, options);
  const store = new PostgresStore(pool, options);
  return {
    reserve: async (hold, leaseMs) => {
      const pots = hold.draws.map(({ pot }) => pot);
      return reserved(await store.run(askedOfHolds("reserve", [hold], leaseMs), pots));
    },
    renew: async (holds, leaseMs) => {
      if (holds.length === 0) return;
      const byId = new Map(holds.map((hold) => [hold.id, hold]));
      await store.run(askedOfHolds("renew", [...byId.values()], leaseMs));
    },
    settle: async (hold, amounts) => {
      await store.run(askedOfHolds("settle", [hold], store.leaseMs, amounts));
    },
    state: async (pots) => {
      const answer = await store.run(askedOfPots(pots, store.leaseMs), pots);
      if (answer.kind === "state") return { nowMs: answer.nowMs, pots: answer.pots };
      throw unexpected(answer);
    },
  };
}

function reserved(answer: Answer): Reserved {
  switch (answer.kind) {
    case "granted":
      return { kind: "granted", nowMs: answer.nowMs, pots: answer.pots };
    case "denied": {
      const { index, retryInMs, nowMs, pots } = answer;
      return { kind: "denied", index, retryInMs: retryInMs ?? undefined, nowMs, pots };
    }
    case "stale":
      return { kind: "stale", nowMs: answer.nowMs };
    case "over":
      throw new BudgetUnavailableError("The hold has ended that a reserve asked for: reserve under another id.", {
        retryable: false,
      });
    default:
      throw unexpected(answer);
  }
}

function unexpected({ kind }: Answer): BudgetUnavailableError {
  return new BudgetUnavailableError(`The budget store in PostgreSQL answered \`${kind}\`. Try again.`);
}

class PostgresStore {
  /** The longest that was asked for. */
  leaseMs = DEFAULT_LEASE_MS;
  readonly #names;
  /** The store's life that was seen last, and how far it had come. */
  #seen: { epoch: string; seq: number } | undefined;

  constructor(
    private readonly pool: PostgresPool,
    private readonly options: PostgresBudgetStoreOptions,
  ) {
    this.#names = namesOf(options.schema, options.prefix ?? "metered_budget");
  }

  /** @param pots - of the draws, where they are to be known before */
  async run(asked: Asked, pots: readonly Pot[] = []): Promise<Answer> {
    this.leaseMs = Math.max(this.leaseMs, asked.lease);
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const answer = await this.#ask(asked);
      switch (answer.kind) {
        case "opened":
          break;
        case "unknown":
          await this.#ask({ ...asked, op: "open", lease: this.leaseMs });
          break;
        case "lost":
          throw this.#lost();
        case "early":
          throw early(answer.retryInMs);
        case "unseeded":
          await this.#seed(asked, pots, answer);
          break;
        default:
          return answer;
      }
    }
    throw new BudgetUnavailableError("The budget store in PostgreSQL was made anew again and again. Try again.");
  }

  async #ask(asked: Omit<Asked, "op"> & { op: Asked["op"] | "open" }): Promise<Answer> {
    const { now, ledger } = this.options;
    const request = { ...asked, ...this.#seen, now: now?.().getTime(), ledger: ledger !== undefined };
    const statement = `SELECT ${this.#names.run}(${quotedText(JSON.stringify(request))}::jsonb)::text AS answer`;
    const answer = answerIn(await this.#transact(statement));
    if (answer.kind !== "unknown") this.#see(answer);
    return answer;
  }

  async #transact(statement: string): Promise<unknown> {
    try {
      return await transact(this.pool, statement);
    } catch (error) {
      const code = codeOf(error) ?? "";
      if (!NOTHING_THERE.has(code)) throw unavailable(error);
      if (this.options.create === false) throw this.#missing(error);
      try {
        await transact(this.pool, creation(this.#names, code === NO_SCHEMA));
        return await transact(this.pool, statement);
      } catch (cause) {
        throw unavailable(cause);
      }
    }
  }

  /** Answers may overtake each other. */
  #see({ epoch, seq }: { epoch: string; seq: number }): void {
    this.#seen = { epoch, seq: this.#seen?.epoch === epoch ? Math.max(this.#seen.seq, seq) : seq };
  }

  async #seed(asked: Asked, pots: readonly Pot[], { indexes, nowMs }: { indexes: number[]; nowMs: number }) {
    for (const index of indexes) {
      const [pot, draw] = [pots[index], asked.draws[index]];
      if (pot === undefined || draw === undefined) continue;
      draw.seed = await this.#readLedger(pot, nowMs);
    }
  }

  async #readLedger(pot: Pot, nowMs: number): Promise<number> {
    try {
      return await seedOf((await this.options.ledger?.()) ?? [], pot, nowMs);
    } catch (cause) {
      if (BudgetUnavailableError.isInstance(cause)) throw cause;
      throw new BudgetUnavailableError(
        `The \`ledger\` of the budget store could not be read (\`${messageOf(cause)}\`), so what was spent is not known. Try again.`,
        { cause },
      );
    }
  }

  #missing(cause: unknown): BudgetUnavailableError {
    return new BudgetUnavailableError(
      `The budget store \`${this.#names.meta}\` does not exist in PostgreSQL, and \`create\` is false. ` +
        "Use a store without `create: false` once, as a role that may make tables.",
      { retryable: false, cause },
    );
  }

  #lost(): BudgetUnavailableError {
    return new BudgetUnavailableError(
      `The budget store \`${this.#names.meta}\` in PostgreSQL has forgotten what was spent: it was emptied, or is an older copy. ` +
        "Give the store the option `ledger`, from which it is filled again; or, where what it has now is right, run " +
        `\`UPDATE ${this.#names.meta} SET lost = false\`.`,
      { retryable: false },
    );
  }
}

function early(retryInMs: number): BudgetUnavailableError {
  return new BudgetUnavailableError(
    "The budget store in PostgreSQL had forgotten what was spent, and is being filled again from its `ledger`. " +
      `Calls that are under way come back within \`${retryInMs}\` ms: try again then.`,
  );
}

function unavailable(cause: unknown): BudgetUnavailableError {
  const problem = `The budget store in PostgreSQL does not answer: \`${messageOf(cause)}\`.`;
  return new BudgetUnavailableError(
    `${problem} Try again, or see that the server can be reached and the role may use its tables.`,
    {
      cause,
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
