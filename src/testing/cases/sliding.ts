import { check, denies, grants, has, spend } from "../expect.js";
import { daily, hold, leaseMs, sliding, type Case } from "../trial.js";

const minute = sliding("minute", 5);
const call = hold("call", [minute, 1]);

/** Any 60 seconds. */
export const slidingCases: readonly Case[] = [
  {
    name: "an amount counts for as long as its request has not left",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, call);
      for (let n = 0; n < 5; n += 1) {
        trial.advance(50_000);
        await store.renew([call], leaseMs);
      }
      await has(store, [minute, 0, 1]);
      await grants(store, hold("a", [minute, 4]));
      await denies(store, hold("b", [minute, 1]));
    },
  },
  {
    name: "an amount whose request left counts from then, though its call goes on",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, call);
      trial.advance(20_000);
      await store.renew([{ ...call, sentMsAgo: 5_000 }], leaseMs);
      await has(store, [minute, 1, 0]);
      trial.advance(54_999);
      await has(store, [minute, 1, 0]);
      trial.advance(1);
      await has(store, [minute, 0, 0]);
      await store.settle({ ...call, sentMsAgo: 60_000 }, [1]);
      await has(store, [minute, 0, 0]);
    },
  },
  {
    name: "an amount that is settled counts from when its request left",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, call);
      trial.advance(40_000);
      await store.settle({ ...call, sentMsAgo: 30_000 }, [1]);
      await has(store, [minute, 1, 0]);
      trial.advance(29_999);
      await has(store, [minute, 1, 0]);
      trial.advance(1);
      await has(store, [minute, 0, 0]);
    },
  },
  {
    name: "an amount that is settled, and nobody says when its request left, counts from the settle",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, call);
      trial.advance(40_000);
      await store.settle(call, [1]);
      trial.advance(59_999);
      await has(store, [minute, 1, 0]);
      trial.advance(1);
      await has(store, [minute, 0, 0]);
    },
  },
  {
    name: "what was said first of when a request left stays",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, call);
      await store.renew([{ ...call, sentMsAgo: 0 }], leaseMs);
      trial.advance(30_000);
      await store.settle(call, [1]);
      trial.advance(29_999);
      await has(store, [minute, 1, 0]);
      await store.settle({ ...call, sentMsAgo: 30_000 }, [1]);
      await has(store, [minute, 1, 0]);
      trial.advance(1);
      await has(store, [minute, 0, 0]);
    },
  },
  {
    name: "an amount whose process died before it said that its request left counts from the lease's end",
    run: async (trial) => {
      await grants(await trial.open(), call);
      const store = await trial.open();
      trial.advance(leaseMs + 20_000);
      await has(store, [minute, 1, 0]);
      trial.advance(39_999);
      await has(store, [minute, 1, 0]);
      trial.advance(1);
      await has(store, [minute, 0, 0]);
    },
  },
  {
    name: "a late settle says when a request left, and the amount counts from then",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, call);
      trial.advance(leaseMs + 1_000);
      await has(store, [minute, 1, 0]);
      await store.settle({ ...call, sentMsAgo: 50_000 }, [3]);
      await has(store, [minute, 3, 0]);
      trial.advance(10_000);
      await has(store, [minute, 0, 0]);
    },
  },
  {
    name: "a renewal that comes too late says all the same when a request left",
    run: async (trial) => {
      const store = await trial.open();
      await grants(store, call);
      trial.advance(leaseMs + 30_000);
      await store.renew([{ ...call, sentMsAgo: 0 }], leaseMs);
      trial.advance(59_999);
      await has(store, [minute, 1, 0]);
      trial.advance(1);
      await has(store, [minute, 0, 0]);
    },
  },
  {
    name: "a denial says when enough has slid out, and then it fits",
    run: async (trial) => {
      const store = await trial.open();
      for (const [id, amount] of [
        ["a", 1],
        ["b", 2],
        ["c", 2],
      ] as const) {
        await spend(store, id, minute, amount);
        trial.advance(10_000);
      }
      const { retryInMs } = await denies(store, hold("d", [minute, 3]));
      check(retryInMs === 40_000, `\`retryInMs\` should be 40000, and is ${retryInMs}.`);
      trial.advance(39_999);
      const again = await denies(store, hold("d", [minute, 3]));
      check(again.retryInMs === 1, `\`retryInMs\` should be 1, and is ${again.retryInMs}.`);
      trial.advance(1);
      await grants(store, hold("d", [minute, 3]));
    },
  },
  {
    name: "a minute and a day of one hold are each charged in their way",
    run: async (trial) => {
      const store = await trial.open();
      const day = daily("day", 100);
      const both = hold("both", [minute, 1], [day, 50]);
      await grants(store, both);
      await store.renew([{ ...both, sentMsAgo: 0 }], leaseMs);
      await has(store, [minute, 1, 0], [day, 0, 50]);
      trial.advance(leaseMs - 1);
      await store.settle(both, [1, 20]);
      await has(store, [minute, 1, 0], [day, 20, 0]);
      trial.advance(1);
      await has(store, [minute, 0, 0], [day, 20, 0]);
    },
  },
  {
    name: "a server never sees more than the limit in any minute, though requests leave late",
    run: async (trial) => {
      const store = await trial.open();
      const seenMs: number[] = [];
      let waiting: { id: string; leavesMs: number }[] = [];
      // Each is granted at once or not at all, and leaves up to 40 seconds later.
      for (let n = 0; n < 150; n += 1) {
        const id = `call ${n}`;
        const { kind } = await store.reserve(hold(id, [minute, 1]), leaseMs);
        if (kind === "granted") waiting.push({ id, leavesMs: trial.nowMs() + ((n * 7_919) % 41) * 1_000 });
        trial.advance(2_000);
        for (const left of waiting.filter(({ leavesMs }) => leavesMs <= trial.nowMs())) {
          seenMs.push(left.leavesMs);
          await store.settle({ ...hold(left.id, [minute, 1]), sentMsAgo: trial.nowMs() - left.leavesMs }, [1]);
        }
        waiting = waiting.filter(({ leavesMs }) => leavesMs > trial.nowMs());
      }
      for (const fromMs of seenMs) {
        const seen = seenMs.filter((ms) => fromMs <= ms && ms < fromMs + 60_000).length;
        check(seen <= 5, `A server should see at most 5 requests in a minute, and sees ${seen}.`);
      }
      check(seenMs.length >= 15, `At least 15 requests should leave in 5 minutes, and ${seenMs.length} do.`);
    },
  },
];
