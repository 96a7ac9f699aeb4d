import { BudgetUnavailableError } from "../base/errors.js";
import type { BudgetStore, Hold, Pot, PotState, PotStates, Reserved } from "../budget/store.js";
import { leaseMs } from "./trial.js";

/** What a pot should have: `[pot, spent, held]`. */
export type Expected = readonly [pot: Pot, spent: number, held: number];

/** @throws Error where it does not hold */
export function check(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}

/** Reserves what the store must grant. */
export async function grants(store: BudgetStore, hold: Hold, forMs = leaseMs): Promise<PotStates> {
  const reserved = await store.reserve(hold, forMs);
  if (reserved.kind !== "granted")
    throw new Error(`The hold \`${hold.id}\` should be granted, and is ${said(reserved)}.`);
  check(reserved.pots.length === hold.draws.length, `A grant of ${hold.draws.length} draws should say as many pots.`);
  return reserved;
}

/** Reserves what the store must deny. */
export async function denies(
  store: BudgetStore,
  hold: Hold,
  index = 0,
): Promise<Extract<Reserved, { kind: "denied" }>> {
  const reserved = await store.reserve(hold, leaseMs);
  if (reserved.kind !== "denied" || reserved.index !== index)
    throw new Error(`The hold \`${hold.id}\` should be denied for its draw ${index}, and is ${said(reserved)}.`);
  check(reserved.pots.length === hold.draws.length, `A denial of ${hold.draws.length} draws should say as many pots.`);
  return reserved;
}

/** Reserves what is outside its window. */
export async function isStale(store: BudgetStore, hold: Hold, nowMs: number): Promise<void> {
  const reserved = await store.reserve(hold, leaseMs);
  check(
    reserved.kind === "stale" && reserved.nowMs === nowMs,
    `The hold \`${hold.id}\` should be stale at ${nowMs}, and is ${said(reserved)}.`,
  );
}

/** Asks for what the store must refuse to answer. */
export async function isUnavailable(asked: string, answer: Promise<unknown>): Promise<void> {
  const error = await answer.then(
    (answered) => new Error(`${asked} should fail with a BudgetUnavailableError, and answers ${said(answered)}.`),
    (failure: unknown) => failure,
  );
  if (BudgetUnavailableError.isInstance(error)) return;
  throw error;
}

/** Looks what is in pots. */
export async function has(store: BudgetStore, ...expected: readonly Expected[]): Promise<void> {
  const { pots } = await store.state(expected.map(([pot]) => pot));
  for (const [index, [pot, spent, held]] of expected.entries()) isState(pot, pots[index], { spent, held });
}

/** Compares what is in a pot with what should be. */
export function isState({ id }: Pot, state: PotState | undefined, { spent, held }: PotState, when = ""): void {
  check(
    state?.spent === spent && state.held === held,
    `${when}The pot \`${id.slice(0, 40)}\` should have ${spent} spent and ${held} held, and has ${said(state)}.`,
  );
}

function said(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** Reserves an amount, and spends it. */
export async function spend(store: BudgetStore, id: string, pot: Pot, amount: number): Promise<void> {
  const spent = { id, draws: [{ pot, amount }] };
  await grants(store, spent);
  await store.settle(spent, [amount]);
}
