import { BillingServer } from "../billing_server.js";
import { listenForRejections } from "../expected.js";
import type { StoreKind } from "./messages.js";
import { Crew } from "./crew.js";
import { playRound, type Stage } from "./play_round.js";
import { startPostgres } from "./postgres_server.js";
import { buildProgram } from "./program.js";
import { startRedis } from "./redis_server.js";
import { Referee } from "./referee.js";
import type { RoundFigures } from "./round_figures.js";
import type { Round } from "./rounds.js";

/** What to simulate. */
export interface BudgetSimulationOptions {
  kind: StoreKind;
  seed: string;
  rounds: readonly Round[];
  /** Told of each round that is over. */
  onRound?: (figures: RoundFigures) => void;
}

/** What came of it. */
export interface BudgetSimulationResult {
  rounds: readonly RoundFigures[];
  /** What should not have been, in words, beside the rounds' own problems. */
  problems: readonly string[];
}

const START = { memory: async () => undefined, redis: startRedis, postgres: startPostgres };

/** Makes random calls on budgets, in processes some of which die, against a server that keeps its own bill. */
export async function simulateBudgets(options: BudgetSimulationOptions): Promise<BudgetSimulationResult> {
  const { kind, seed, rounds, onRound } = options;
  const referee = new Referee();
  const stopListening = listenForRejections(referee.problems);
  const server = await new BillingServer(seed, referee).listen();
  const program = await buildProgram();
  const crew = new Crew(program.file);
  const store = await START[kind]();
  const stage: Stage = { seed, kind, server, referee, crew, store, indexes: numbers(), nowhere: await closedUrl() };
  const played: RoundFigures[] = [];
  try {
    for (const round of rounds) {
      const figures = await playRound(stage, round);
      onRound?.(figures);
      played.push(figures);
    }
  } finally {
    await crew.stop();
    await Promise.all([store?.stop(), server.close(), program.remove()]);
    stopListening();
  }
  return { rounds: played, problems: [...referee.problems, ...server.problems] };
}

function* numbers(): Generator<number, never> {
  for (let number = 0; ; number++) yield number;
}

/** Where a server was a moment ago. */
async function closedUrl(): Promise<string> {
  const server = await new BillingServer("").listen();
  const { url } = server;
  await server.close();
  return url;
}
