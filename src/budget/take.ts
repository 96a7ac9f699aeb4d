import type { ProposedCall } from "../seam/gate.js";
import type { Budget } from "./budget.js";
import { until } from "./line.js";
import { amountOf, countsOutput, outputThatFits, type Need } from "./need.js";
import { refusal } from "./refusal.js";
import { toState } from "./state.js";
import type { Hold, PotState, Reserved } from "./store.js";
import type { StoreClient } from "./store_client.js";

/** A budget and the key whose pot a call draws on. */
export interface Part {
  readonly budget: Budget;
  readonly key: string;
}

/** What was taken from one store. */
export interface Taken {
  readonly client: StoreClient;
  readonly hold: Hold;
  readonly parts: readonly Part[];
}

/** What was taken for a request, and the output limit that it was reckoned with. */
export interface Grant {
  readonly taken: readonly Taken[];
  readonly outputTokens: number | undefined;
}

interface Denied {
  readonly part: Part;
  readonly parts: readonly Part[];
  readonly reply: Extract<Reserved, { kind: "denied" }>;
  readonly hold: Hold;
}

/** A call without a limit may answer with this part of what is left: all of it would starve those beside it. */
const FAIR_SHARE = 0.1;
/** As many tokens as an answer should have, where a fair share is less; and with how few it is not asked for. */
const USEFUL_TOKENS = 256;
const FEWEST_TOKENS = 16;
/** The longest answers of models whose own limit is not known. */
const MOST_TOKENS = 32_768;
/** How often a limit is lowered when others take what was left. */
const MOST_TRIES = 8;
/** Room may be made in another process, which tells nobody. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Takes what a request may need from all budgets, or from none.
 * @param isHolding - whether the call holds something for an earlier request
 * @throws BudgetExceededError, BudgetUnavailableError; the signal's reason, where a call is aborted that waits
 */
export async function take(call: ProposedCall, parts: readonly Part[], need: Need, isHolding: boolean): Promise<Grant> {
  const lines = linesOf(parts);
  // Who holds a part must not stand behind those who wait for it to be free.
  const queues = isHolding && lines.some(({ budget }) => budget.terms.per !== "minute") ? [] : lines;
  const leave: (() => void)[] = [];
  // In one order for all calls, so that no two wait for each other.
  const enter = async () => {
    for (const { budget, key } of queues) leave.push(await budget.lineOf(key).enter(call.signal));
  };
  try {
    let outputTokens = call.maxOutputTokens ?? (await shareOf(call, parts, need));
    if (queues.some(({ budget, key }) => budget.lineOf(key).isBusy || budget.pausedMs(key) > 0)) await enter();
    for (let tries = 0; ;) {
      await waitOut(lines, call.signal);
      const denied = await takeAll(call, parts, need, outputTokens);
      if (!("reply" in denied)) return { taken: denied, outputTokens };
      const lower = tries++ < MOST_TRIES ? lowered(call, denied, need, outputTokens) : undefined;
      if (lower !== undefined) outputTokens = lower;
      else if (!mayWait(denied, isHolding)) throw refuse(denied);
      else if (leave.length < queues.length) await enter();
      else {
        await waitFor(denied, call.signal);
        tries = 0;
        outputTokens = call.maxOutputTokens ?? (await shareOf(call, parts, need));
      }
    }
  } finally {
    for (const step of leave) step();
  }
}

function linesOf(parts: readonly Part[]): Part[] {
  const id = ({ budget, key }: Part) => budget.potAt(key, 0).id;
  return parts.filter(({ budget }) => budget.terms.onExceed === "wait").sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** The output limit of a call that has none, where budgets need one. */
async function shareOf(call: ProposedCall, parts: readonly Part[], need: Need): Promise<number | undefined> {
  const counting = parts.filter(({ budget }) => countsOutput(budget.terms, need));
  if (counting.length === 0) return undefined;
  const states = await Promise.all(
    counting.map(async ({ budget, key }) => {
      try {
        const { pots } = await budget.client.state((nowMs) => [budget.potAt(key, nowMs)]);
        return pots[0] ?? EMPTY;
      } catch (error) {
        if (budget.terms.onStoreDown !== "open") throw error;
        return EMPTY;
      }
    }),
  );
  return fairShare(call, counting, states, need);
}

const EMPTY: PotState = { spent: 0, held: 0 };

function fairShare(call: ProposedCall, parts: readonly Part[], states: readonly PotState[], need: Need): number {
  const most = call.modelMaxOutputTokens ?? MOST_TOKENS;
  const shares = parts.map(({ budget: { terms } }, index) => {
    const state = states[index] ?? EMPTY;
    const useful = Math.min(USEFUL_TOKENS, outputThatFits(terms, need, state));
    return Math.max(outputThatFits(terms, need, state, FAIR_SHARE), useful, FEWEST_TOKENS);
  });
  return Math.min(most, ...shares);
}

/** Asks each store once. What the ones before have granted is given back where a later one denies. */
async function takeAll(
  call: ProposedCall,
  parts: readonly Part[],
  need: Need,
  outputTokens: number | undefined,
): Promise<Taken[] | Denied> {
  const taken: Taken[] = [];
  const giveBack = () => Promise.all(taken.map(({ client, hold }) => client.settle(hold, zeros(hold))));
  try {
    for (const group of byStore(parts)) {
      const [{ budget }] = group;
      const wants = group.map((part) => wantOf(part, need, outputTokens));
      const leaseMs = Math.min(...group.map((part) => part.budget.terms.leaseMs));
      const { onStoreDown } = budget.terms;
      const { hold, reply } = await budget.client.reserve(wants, { leaseMs, onStoreDown, signal: call.signal });
      if (reply.kind === "denied") {
        await giveBack();
        const part = group[reply.index] ?? group[0];
        return { part, parts: group, reply, hold };
      }
      taken.push({ client: budget.client, hold, parts: group });
      if (reply.kind === "granted") group.forEach((part, index) => tell(part, hold, index, reply.pots[index]));
    }
    return taken;
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** Amounts that give back all of a hold. */
export function zeros({ draws }: Hold): number[] {
  return draws.map(() => 0);
}

function tell({ budget, key }: Part, hold: Hold, index: number, state: PotState | undefined): void {
  const pot = hold.draws[index]?.pot;
  if (pot !== undefined && state !== undefined) budget.tell(toState(budget.terms, key, pot, state));
}

type Group = [Part, ...Part[]];

function byStore(parts: readonly Part[]): Group[] {
  const groups: Group[] = [];
  for (const part of parts) {
    const { client, terms } = part.budget;
    const own = groups.find(
      ([{ budget }]) => budget.client === client && budget.terms.onStoreDown === terms.onStoreDown,
    );
    if (own === undefined) groups.push([part]);
    else own.push(part);
  }
  return groups;
}

function wantOf({ budget, key }: Part, need: Need, outputTokens: number | undefined) {
  const { terms } = budget;
  const isSoft = terms.onExceed === "warn";
  const amount = amountOf(terms, need, outputTokens ?? (isSoft ? 0 : undefined));
  const potAt = (nowMs: number) => budget.potAt(key, nowMs);
  if (typeof amount === "number") return { potAt, amount, isSoft };
  if (isSoft || terms.onUnpriced === "allow") return { potAt, amount: 0, isSoft };
  const state = { name: terms.name, key, limit: budget.limit };
  throw refusal(terms, state, amount);
}

/** A lower limit with which a denied request may fit; `undefined` where it may not be lowered, or there is too little room. */
function lowered(
  call: ProposedCall,
  { part, parts, reply }: Denied,
  need: Need,
  outputTokens: number | undefined,
): number | undefined {
  if (call.isResent || outputTokens === undefined || !countsOutput(part.budget.terms, need)) return undefined;
  const isGiven = call.maxOutputTokens === undefined;
  if (!isGiven && part.budget.terms.onExceed !== "clamp") return undefined;
  const counting = parts.flatMap((other, index) =>
    countsOutput(other.budget.terms, need) ? [{ part: other, state: reply.pots[index] ?? EMPTY }] : [],
  );
  const fitting = Math.min(...counting.map(({ part: { budget }, state }) => outputThatFits(budget.terms, need, state)));
  const states = counting.map(({ state }) => state);
  const share = isGiven
    ? fairShare(
        call,
        counting.map((one) => one.part),
        states,
        need,
      )
    : fitting;
  const lower = Math.min(share, fitting, outputTokens - 1);
  return lower >= Math.min(FEWEST_TOKENS, call.maxOutputTokens ?? FEWEST_TOKENS) ? lower : undefined;
}

/** What will never fit is not waited for. */
function mayWait({ part: { budget }, hold, reply }: Denied, isHolding: boolean): boolean {
  const draw = hold.draws[reply.index];
  if (budget.terms.onExceed !== "wait" || draw === undefined) return false;
  const { pot, amount } = draw;
  if (pot.slidingMs !== undefined) return amount <= pot.limit;
  // Calls that hold a part and wait for more would wait for each other, and one alone for itself.
  if (isHolding) return false;
  const spent = pot.window === undefined ? (reply.pots[reply.index]?.spent ?? 0) : 0;
  return spent + amount <= pot.limit;
}

async function waitFor({ part: { budget }, reply }: Denied, signal: AbortSignal): Promise<void> {
  const ms = Math.min(reply.retryInMs ?? LOOK_AGAIN_MS, LOOK_AGAIN_MS);
  await until(ms, (wake) => budget.client.onFreed(wake), signal);
  signal.throwIfAborted();
}

/** Waits as long as a server has asked for. */
async function waitOut(lines: readonly Part[], signal: AbortSignal): Promise<void> {
  for (const { budget, key } of lines)
    for (let ms = budget.pausedMs(key); ms > 0; ms = budget.pausedMs(key)) {
      await until(ms, () => () => undefined, signal);
      signal.throwIfAborted();
    }
}

function refuse({ part: { budget, key }, hold, reply }: Denied): Error {
  const draw = hold.draws[reply.index];
  if (draw === undefined) return new RangeError("The store denied a draw that was not asked for.");
  const state = toState(budget.terms, key, draw.pot, reply.pots[reply.index] ?? EMPTY);
  // The limit is reached, unless the call would not fit into an empty pot.
  budget.tell(state, draw.amount > draw.pot.limit ? state.pressure : Math.max(1, state.pressure));
  return refusal(budget.terms, state, draw.amount);
}
