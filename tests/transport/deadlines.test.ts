import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { CallTimeoutError } from "../../src/base/errors.js";
import { Deadlines, type CallLimits } from "../../src/transport/deadlines.js";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function start(limits: CallLimits) {
  const rung: CallTimeoutError[] = [];
  const deadlines = new Deadlines(limits, (error) => rung.push(error));
  return { deadlines, rung, pass: (ms: number) => jest.advanceTimersByTime(ms) };
}

describe("the clocks of a call", () => {
  it("ring for the whole call, whatever comes", () => {
    const { deadlines, rung, pass } = start({ timeoutMs: 1_000 });
    deadlines.sent();
    pass(500);
    deadlines.received();
    pass(499);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toMatchObject([{ name: "CallTimeoutError", limit: "call", limitMs: 1_000 }]);
  });

  it("ring when no first byte comes, and not when it does", () => {
    const { deadlines, rung, pass } = start({ firstByteTimeoutMs: 100 });
    pass(1_000);
    expect(rung).toEqual([]);
    deadlines.sent();
    pass(99);
    deadlines.received();
    pass(10_000);
    expect(rung).toEqual([]);
    deadlines.sent();
    pass(100);
    expect(rung).toMatchObject([{ limit: "firstByte", limitMs: 100 }]);
  });

  it("ring for a silence in the middle, counted from the last byte", () => {
    const { deadlines, rung, pass } = start({ idleTimeoutMs: 100 });
    deadlines.sent();
    pass(5_000);
    for (let piece = 0; piece < 10; piece++) {
      deadlines.received();
      pass(99);
    }
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toMatchObject([{ limit: "idle", limitMs: 100 }]);
  });

  it("rest between two attempts", () => {
    const { deadlines, rung, pass } = start({ firstByteTimeoutMs: 100, idleTimeoutMs: 100 });
    deadlines.sent();
    deadlines.pause();
    pass(10_000);
    deadlines.sent();
    deadlines.received();
    deadlines.pause();
    pass(10_000);
    expect(rung).toEqual([]);
  });

  it("are quiet once they are stopped, and hold no process", () => {
    const { deadlines, rung, pass } = start({ timeoutMs: 100, firstByteTimeoutMs: 100 });
    deadlines.sent();
    deadlines.stop();
    deadlines.stop();
    pass(10_000);
    expect(rung).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each<[string, CallLimits, number]>([
    ["ten minutes without a word before the answer", {}, 600_000],
    ["`timeout` where that is longer", { timeoutMs: 900_000 }, 900_000],
  ])("allow by default %s", (_, limits, ms) => {
    const { deadlines, rung, pass } = start(limits);
    deadlines.sent();
    pass(ms - 1);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung.length).toBeGreaterThan(0);
  });

  it("allow by default two minutes of silence in the middle", () => {
    const { deadlines, rung, pass } = start({});
    deadlines.received();
    pass(119_999);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toMatchObject([{ limit: "idle", limitMs: 120_000 }]);
  });

  it.each([0, Infinity])("are switched off by %s", (off) => {
    const { deadlines, rung, pass } = start({ timeoutMs: off, firstByteTimeoutMs: off, idleTimeoutMs: off });
    deadlines.sent();
    pass(10_000_000);
    deadlines.received();
    deadlines.isParked = true;
    pass(10_000_000);
    expect(rung).toEqual([]);
  });

  it("do not ring early for a limit that is longer than Node's timers", () => {
    const { deadlines, rung, pass } = start({ timeoutMs: 2 ** 40 });
    deadlines.sent();
    deadlines.pause();
    pass(1_000_000);
    expect(rung).toEqual([]);
  });

  describe("while the reader has a chunk in hand", () => {
    it("give it ten minutes where the user set no limit", () => {
      const { deadlines, rung, pass } = start({});
      deadlines.received();
      deadlines.isParked = true;
      pass(120_000 + 599_999);
      expect(rung).toEqual([]);
      pass(1);
      expect(rung.map(({ message }) => message)).toEqual([
        expect.stringContaining("Nobody read the stream for 600000 ms"),
      ]);
    });

    it("hold it to the limit that the user set", () => {
      const { deadlines, rung, pass } = start({ idleTimeoutMs: 100 });
      deadlines.received();
      deadlines.isParked = true;
      pass(100);
      expect(rung.map(({ message }) => message)).toEqual([
        expect.stringContaining("Nobody read the stream for 100 ms"),
      ]);
    });

    it("count the server's silence anew when it asks for more", () => {
      const { deadlines, rung, pass } = start({});
      deadlines.received();
      deadlines.isParked = true;
      pass(300_000);
      deadlines.isParked = false;
      deadlines.received();
      pass(119_999);
      expect(rung).toEqual([]);
    });
  });
});
