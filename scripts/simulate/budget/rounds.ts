import type { SentBudget, StoreKind } from "./messages.js";

/** Something that goes wrong in a round, after so many of its calls have begun. */
export interface RoundFault {
  after: number;
  /** A process is killed; the store stands still for less or more than a lease, ends and starts again, forgets all. */
  kind: "kill" | "pause" | "long pause" | "restart" | "empty";
}

/** Some calls on budgets of their own. */
export interface Round {
  name: string;
  processes: number;
  calls: number;
  budgets: readonly SentBudget[];
  faults: readonly RoundFault[];
  /** Only calls that are answered, by a server that says what it bills. */
  isWell?: boolean;
}

/** What a call of the simulation costs in the mean, without budgets. */
const MEAN = { usd: 0.000_33, tokens: 1_420, calls: 1.06 };

/** Of what the calls of a round would cost, how much the limit is: they ask for about 1.5 times as much. */
const SHARE = 1 / 1.5;

/** How long a hold outlives its process, in ms. */
export const LEASE_MS = 2_000;

/** What limits there are in a round. `users` are four. */
type Limits = "usd" | "tokens" | "users" | "several";

type Row = [
  weight: number,
  limits: Limits,
  onExceed: "deny" | "clamp",
  processes: number,
  kills: number,
  faults: readonly RoundFault["kind"][],
  more?: { isWell?: boolean; onStoreDown?: "escrow" },
];

const ROWS: readonly Row[] = [
  [2, "usd", "deny", 4, 0, [], { isWell: true }],
  [2, "several", "clamp", 16, 0, [], { isWell: true }],
  [2, "usd", "deny", 1, 0, []],
  [2, "usd", "clamp", 4, 0, []],
  [3, "several", "deny", 16, 0, []],
  [2, "usd", "deny", 16, 0, [], { onStoreDown: "escrow" }],
  [2, "tokens", "deny", 16, 10, ["restart"]],
  [2, "usd", "deny", 4, 8, ["pause", "long pause"]],
  [2, "users", "clamp", 4, 6, ["long pause", "restart"]],
  [2, "usd", "clamp", 16, 6, ["pause", "long pause", "restart"], { onStoreDown: "escrow" }],
  [1, "usd", "deny", 1, 4, ["restart"]],
  [2, "several", "clamp", 4, 2, ["empty"]],
];

/** The rounds of a simulation. Those in memory have no store that could fail, and a budget of its own for each process. */
export function planRounds(kind: StoreKind, calls: number): Round[] {
  const rows =
    kind === "memory"
      ? ROWS.filter(([, , , , , faults, more]) => more?.onStoreDown === undefined && !faults.includes("empty"))
      : ROWS;
  const weights = rows.reduce((sum, [weight]) => sum + weight, 0);
  let left = calls;
  return rows.map((row, position) => {
    const isLast = position === rows.length - 1;
    const ofRound = isLast ? left : Math.round((calls * row[0]) / weights);
    left -= ofRound;
    return toRound(kind, row, ofRound, `${position + 1}`);
  });
}

function toRound(
  kind: StoreKind,
  [, limits, onExceed, processes, kills, faults, { isWell = false, onStoreDown } = {}]: Row,
  calls: number,
  id: string,
): Round {
  const ofStore = kind === "memory" ? [] : faults;
  const pots = kind === "memory" ? processes + kills : 1;
  const words = [
    isWell && "well",
    limits,
    onExceed,
    onStoreDown,
    `${processes} processes`,
    kills > 0 && `${kills} kills`,
    ...ofStore,
  ];
  const more = { onExceed, leaseMs: LEASE_MS, ...(onStoreDown === undefined ? {} : { onStoreDown }) };
  return {
    name: `${id}: ${words.filter(Boolean).join(", ")}`,
    processes,
    calls,
    isWell,
    budgets: budgetsOf(limits, calls / pots).map((budget) => ({ ...budget, ...more, name: `${id} ${budget.name}` })),
    faults: [
      ...spread("kill", kills, calls),
      ...ofStore.flatMap((fault, at) => ({
        kind: fault,
        after: Math.round((calls * (at + 1)) / (ofStore.length + 1)),
      })),
    ],
  };
}

/** Kills fall in the part of a round in which budgets still grant calls. */
function spread(kind: "kill", count: number, calls: number): RoundFault[] {
  return Array.from({ length: count }, (_, at) => ({ kind, after: Math.round((0.6 * calls * (at + 0.5)) / count) }));
}

function budgetsOf(limits: Limits, calls: number): SentBudget[] {
  const usd = (part: number) => (MEAN.usd * calls * part).toFixed(9);
  const tokens = (part: number) => Math.round(MEAN.tokens * calls * part);
  switch (limits) {
    case "usd":
      return [{ name: "usd", limitUsd: usd(SHARE) }];
    case "tokens":
      return [{ name: "tokens", limitTokens: tokens(SHARE) }];
    case "users":
      return [{ name: "users", limitUsd: usd(SHARE / 4), by: "user" }];
    case "several":
      return [
        { name: "usd", limitUsd: usd(SHARE) },
        { name: "tokens", limitTokens: tokens(1) },
        { name: "calls", limitCalls: Math.round(MEAN.calls * calls) },
        { name: "users", limitUsd: usd(0.3), by: "user" },
      ];
  }
}
