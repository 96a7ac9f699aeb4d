import type { BudgetStore, Hold, OpenHold } from "../../src/budget/store.js";

/** A mistake that stores were seen to make, and the case that must find it. */
export interface Mistake {
  readonly is: string;
  readonly foundBy: string;
  /** Makes it of a store that is right. */
  make(right: BudgetStore, now: () => Date): BudgetStore;
}

const zeros = ({ draws }: Hold) => draws.map(() => 0);
const spentIn = { spent: 0, held: 0 };

export const mistakes: readonly Mistake[] = [
  {
    is: "looks first and charges then",
    foundBy: "100 reserves at once fill a pot (total) exactly, and never pass its limit",
    make: (right) => ({
      ...right,
      reserve: async (hold, leaseMs) => {
        const { nowMs, pots } = await right.state(hold.draws.map(({ pot }) => pot));
        const index = hold.draws.findIndex(({ pot, amount }, at) => {
          const { spent, held } = pots[at] ?? spentIn;
          return spent + held + amount > pot.limit;
        });
        if (index >= 0) return { kind: "denied", index, nowMs, pots };
        return right.reserve({ ...hold, draws: hold.draws.map((draw) => ({ ...draw, isSoft: true })) }, leaseMs);
      },
    }),
  },
  {
    is: "releases a hold twice",
    foundBy: "what was held and not spent is free again",
    make: (right) => ({
      ...right,
      settle: async (hold, amounts) => {
        await right.settle(hold, amounts);
        await right.settle(
          { ...hold, id: `${hold.id} again` },
          hold.draws.map(({ amount }, index) => (amounts[index] ?? 0) - amount),
        );
      },
    }),
  },
  {
    is: "charges a lease's end at 0",
    foundBy: "the hold of a process that died is held until its lease ends, and then charged whole",
    make: (right, now) => atLeaseEnd(right, now, async (hold) => right.settle(hold, zeros(hold))),
  },
  {
    is: "charges each settle anew",
    foundBy: "a settle that is repeated changes nothing, also at once and from another process",
    make: (right) => {
      const settled = new Set<string>();
      return {
        ...right,
        settle: async (hold, amounts) => {
          const id = settled.has(hold.id) ? `${hold.id} ${settled.size}` : hold.id;
          settled.add(hold.id).add(id);
          await right.settle({ ...hold, id }, amounts);
        },
      };
    },
  },
  {
    is: "takes what fits of a hold that is denied",
    foundBy: "several pots grant together, or none of them holds anything",
    make: (right) => ({
      ...right,
      reserve: async (hold, leaseMs) => {
        const reserved = await right.reserve(hold, leaseMs);
        if (reserved.kind !== "denied") return reserved;
        await right.renew([{ id: `${hold.id} in part`, draws: hold.draws.slice(0, reserved.index) }], leaseMs);
        return reserved;
      },
    }),
  },
  {
    is: "counts a minute from the reserve",
    foundBy: "a server never sees more than the limit in any minute, though requests leave late",
    make: (right) => ({
      ...right,
      reserve: async (hold, leaseMs) => {
        const reserved = await right.reserve(hold, leaseMs);
        if (reserved.kind === "granted") await right.renew([{ ...hold, sentMsAgo: 0 }], leaseMs);
        return reserved;
      },
    }),
  },
  {
    is: "adds what it denies",
    foundBy: "denied reserves add nothing, however many: what fits is granted after them",
    make: (right) => ({
      ...right,
      reserve: async (hold, leaseMs) => {
        const reserved = await right.reserve(hold, leaseMs);
        if (reserved.kind === "denied") await right.renew([{ ...hold, id: `${hold.id} denied` }], leaseMs);
        return reserved;
      },
    }),
  },
  {
    is: "charges the whole hold where 0 was spent",
    foundBy: "a settle at 0 charges nothing: 0 is not unknown",
    make: (right) => ({
      ...right,
      settle: async (hold, amounts) =>
        right.settle(
          hold,
          hold.draws.map(({ amount }, index) => (amounts[index] ?? 0) || amount),
        ),
    }),
  },
  {
    is: "settles in the window of now",
    foundBy: "a settle after midnight goes to the window of its reserve",
    make: (right, now) => ({
      ...right,
      settle: async (hold, amounts) => {
        const draws = hold.draws.map(({ pot, amount }) => {
          if (pot.window === undefined || now().getTime() < pot.window.toMs) return { pot, amount };
          const { fromMs, toMs } = pot.window;
          return { pot: { ...pot, window: { fromMs: toMs, toMs: toMs + toMs - fromMs } }, amount };
        });
        await right.settle(hold, zeros(hold));
        await right.settle({ ...hold, id: `${hold.id} now`, draws }, amounts);
      },
    }),
  },
  {
    is: "ignores a settle that comes late",
    foundBy: "a late settle corrects what the lease's end has charged, up, down and once",
    make: (right, now) => {
      const late = new Set<string>();
      const store = atLeaseEnd(right, now, async ({ id }) => void late.add(id));
      return {
        ...store,
        settle: async (hold, amounts) => {
          await store.state([]);
          if (!late.has(hold.id)) await store.settle(hold, amounts);
        },
      };
    },
  },
  {
    is: "holds again what is reserved again",
    foundBy: "a reserve that is repeated is answered again, and holds no more",
    make: (right) => {
      let count = 0;
      return {
        ...right,
        reserve: async (hold, leaseMs) => right.reserve({ ...hold, id: `${hold.id} ${(count += 1)}` }, leaseMs),
      };
    },
  },
  {
    is: "holds for a call that is over",
    foundBy: "a settle that overtakes its reserve leaves nothing held",
    make: (right) => ({
      ...right,
      reserve: async (hold, leaseMs) =>
        right.reserve(hold, leaseMs).catch(async () => right.reserve({ ...hold, id: `${hold.id} over` }, leaseMs)),
    }),
  },
  {
    is: "forgets a hold that it does not know",
    foundBy: "a renewal takes a hold that is not known, whatever is left",
    make: (right) => ({
      ...right,
      renew: async (holds, leaseMs) => {
        for (const hold of holds) await right.reserve(hold, leaseMs).catch(() => {});
      },
    }),
  },
  {
    is: "keeps a hundred characters of an id",
    foundBy: "any text is an id, and each is one of its own",
    make: (right) => renamed(right, (id) => id.slice(0, 100)),
  },
  {
    is: "keeps fourteen digits of an amount",
    foundBy: "amounts and limits up to 2^53 - 1 are exact",
    make: (right) => ({
      ...right,
      settle: async (hold, amounts) =>
        right.settle(
          hold,
          amounts.map((amount) => Number(amount.toPrecision(14))),
        ),
    }),
  },
  {
    is: "cannot say when enough has slid out",
    foundBy: "a denial says when enough has slid out, and then it fits",
    make: (right) => ({
      ...right,
      reserve: async (hold, leaseMs) => ({ ...(await right.reserve(hold, leaseMs)), retryInMs: undefined }),
    }),
  },
];

/** A store that does something with a hold as soon as its lease has ended. */
function atLeaseEnd(right: BudgetStore, now: () => Date, atEnd: (hold: OpenHold) => Promise<void>): BudgetStore {
  const open = new Map<string, { hold: OpenHold; endMs: number }>();
  const lease = (hold: OpenHold, leaseMs: number) => open.set(hold.id, { hold, endMs: now().getTime() + leaseMs });
  const sweep = async () => {
    for (const { hold, endMs } of open.values()) {
      if (endMs > now().getTime()) continue;
      open.delete(hold.id);
      await atEnd(hold);
    }
  };
  return {
    reserve: async (hold, leaseMs) => {
      await sweep();
      const reserved = await right.reserve(hold, leaseMs);
      if (reserved.kind === "granted") lease(hold, leaseMs);
      return reserved;
    },
    renew: async (holds, leaseMs) => {
      await sweep();
      for (const hold of holds) if (open.has(hold.id)) lease(hold, leaseMs);
      await right.renew(holds, leaseMs);
    },
    settle: async (hold, amounts) => {
      await sweep();
      open.delete(hold.id);
      await right.settle(hold, amounts);
    },
    state: async (pots) => {
      await sweep();
      return right.state(pots);
    },
  };
}

function renamed(right: BudgetStore, rename: (id: string) => string): BudgetStore {
  const changed = <Some extends Hold>(hold: Some): Some => ({
    ...hold,
    id: rename(hold.id),
    draws: hold.draws.map((draw) => ({ ...draw, pot: { ...draw.pot, id: rename(draw.pot.id) } })),
  });
  return {
    reserve: async (hold, leaseMs) => right.reserve(changed(hold), leaseMs),
    renew: async (holds, leaseMs) => right.renew(holds.map(changed), leaseMs),
    settle: async (hold, amounts) => right.settle(changed(hold), amounts),
    state: async (pots) => right.state(pots.map((pot) => ({ ...pot, id: rename(pot.id) }))),
  };
}
