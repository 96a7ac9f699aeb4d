import type { BillingServer } from "../billing_server.js";
import { planCall, type CallPlan } from "../plan.js";
import { Random } from "../random.js";
import type { Crew } from "./crew.js";
import { FaultPlayer } from "./fault_player.js";
import type { CallReport, Joining, StoreKind } from "./messages.js";
import { createStore, Observer } from "./observer.js";
import type { Referee } from "./referee.js";
import { judge, type RoundFigures } from "./round_figures.js";
import type { Round } from "./rounds.js";
import { until, type StoreServer } from "./store_server.js";

/** What all rounds of a simulation share. */
export interface Stage {
  seed: string;
  kind: StoreKind;
  server: BillingServer;
  referee: Referee;
  crew: Crew;
  /** Of calls that have not been made. */
  indexes: Iterator<number>;
  /** Where no server is. */
  nowhere: string;
  /** Where budgets are, if not in the memory of processes. */
  store?: StoreServer;
}

interface Ended {
  index: number;
  end: CallReport | "killed";
  /** Whether it began after the store had forgotten all. */
  isLate: boolean;
}

/** How many calls are under way at the same time, if there are many to make. */
const CONCURRENCY = 48;

/** Makes the calls of a round, lets things go wrong, and compares. */
export async function playRound(stage: Stage, round: Round): Promise<RoundFigures> {
  const { seed, kind, server, crew, store, nowhere } = stage;
  const started = performance.now();
  const killsBefore = crew.kills;
  const joining: Joining = {
    seed,
    url: server.url,
    nowhere,
    store: { kind, url: store?.url ?? "" },
    budgets: round.budgets,
  };
  if (store) await createStore(joining);
  await crew.join(round.processes, joining);
  const faults = new FaultPlayer(round.faults, new Random(`${seed}/${round.name}`), crew, store);
  const [pots] = crew.pots;
  const observer = store && pots ? await Observer.start(joining, pots) : undefined;
  const ended = await makeCalls(stage, round, faults);
  await faults.finish();
  await until("the server has ended all answers", async () => server.openResponses === 0);
  await crew.leave();
  if (!faults.isEmptied) await observer?.settled();
  await observer?.stop();
  // What came late has been taken as a sign that something is missing; the next round begins anew.
  if (faults.isEmptied) await store?.empty();
  const figures = {
    round,
    ...countOf(stage, ended),
    kills: crew.kills - killsBefore,
    storeFaults: faults.storeFaults,
    ...accountsOf(crew, faults.isEmptied),
    seconds: (performance.now() - started) / 1_000,
  };
  const problems = [
    ...(observer?.problems ?? []),
    ...crew.problems.splice(0),
    ...faults.problems,
    ...ended.flatMap(({ end }) => (end === "killed" ? [] : end.problems)),
    ...grantedOutOfNothing(stage, ended),
    ...judge(figures),
  ];
  return { ...figures, problems };
}

/** Some calls at a time in each process. */
async function makeCalls(
  { seed, server, referee, crew, indexes }: Stage,
  { calls, processes, isWell = false }: Round,
  faults: FaultPlayer,
): Promise<Ended[]> {
  const ofRound = take(calls, indexes, (index) => !isWell || goesWell(planCall(seed, index))).values();
  const ended: Ended[] = [];
  server.tellsUsage = isWell;
  referee.onCharge = (index) => faults.at("charge", index);
  const work = async (place: number) => {
    for (const index of ofRound) {
      const isLate = faults.isEmptied;
      void server.silences.when(index).then(() => {
        crew.silence(index);
        faults.at("silence", index);
      });
      const end = await crew.call(place, index, (accounts) => {
        referee.expect(index, accounts);
        queueMicrotask(() => faults.at("begin", index));
      });
      ended.push({ index, end, isLate });
    }
  };
  // Few calls, or a limit is all held by those that are under way.
  const together = Math.min(CONCURRENCY, Math.ceil(calls / 25));
  const ofEach = Math.max(1, Math.round(together / processes));
  await Promise.all(Array.from({ length: processes * ofEach }, (_, lane) => work(lane % processes)));
  return ended;
}

/** What a store has forgotten is as lost as what was in the memory of a process that died. */
function accountsOf({ pots, lost }: Crew, isEmptied: boolean): Pick<RoundFigures, "accounts" | "lost"> {
  const ended = pots.flatMap(({ accounts }) => accounts);
  return isEmptied
    ? { accounts: [], lost: ended }
    : { accounts: ended, lost: lost.flatMap(({ accounts }) => accounts) };
}

function goesWell({ scenario, streamUsage }: CallPlan): boolean {
  return scenario.act === "read on" && scenario.faults.length === 0 && streamUsage;
}

/** The next so many numbers that are wanted. */
function take(count: number, numbers: Iterator<number>, isWanted: (index: number) => boolean): number[] {
  const taken: number[] = [];
  while (taken.length < count) {
    const { value, done } = numbers.next();
    if (done) break;
    if (isWanted(value)) taken.push(value);
  }
  return taken;
}

function countOf({ referee }: Stage, ended: readonly Ended[]) {
  const reports = ended.flatMap(({ end }) => (end === "killed" ? [] : [end]));
  const denied = reports.flatMap((report) => report.denied);
  return {
    admitted: ended.filter(({ index }) => referee.hasSeen(index)).length,
    denied: reports.filter((report) => report.denied.length > 0).length,
    killed: ended.length - reports.length,
    requestsOfDenied: denied.reduce((count, key) => count + referee.requestsOf(key), 0),
  };
}

/** A store that has forgotten what was spent grants nothing. */
function grantedOutOfNothing({ referee }: Stage, ended: readonly Ended[]): string[] {
  const granted = ended.filter(({ index, isLate }) => isLate && referee.hasSeen(index));
  return granted.map(({ index }) => `call ${index} was granted by a store that had forgotten all`);
}
