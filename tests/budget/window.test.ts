import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Calendar, type CalendarWindow } from "../../src/budget/window.js";

const at = (per: CalendarWindow, zone: string, now: string) => {
  const { fromMs, toMs } = new Calendar(per, zone).at(Date.parse(now));
  return [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
};

describe("a window of the calendar", () => {
  it.each<[CalendarWindow, string, string, string, string]>([
    ["hour", "UTC", "2026-11-30T16:31:34Z", "2026-11-30T16:00:00.000Z", "2026-11-30T17:00:00.000Z"],
    ["hour", "Asia/Kolkata", "2026-11-30T16:31:34Z", "2026-11-30T16:30:00.000Z", "2026-11-30T17:30:00.000Z"],
    ["day", "UTC", "2026-11-30T00:00:00Z", "2026-11-30T00:00:00.000Z", "2026-12-01T00:00:00.000Z"],
    ["day", "America/New_York", "2026-11-30T04:59:59Z", "2026-11-29T05:00:00.000Z", "2026-11-30T05:00:00.000Z"],
    // 23 and 25 hours.
    ["day", "Europe/Berlin", "2026-03-29T10:00:00Z", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
    ["day", "Europe/Berlin", "2026-10-25T10:00:00Z", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
    // Clocks went over midnight: the day began at 01:00.
    ["day", "America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00.000Z", "2018-11-05T02:00:00.000Z"],
    // A date that Samoa never had.
    ["day", "Pacific/Apia", "2011-12-31T00:00:00Z", "2011-12-30T10:00:00.000Z", "2011-12-31T10:00:00.000Z"],
    ["week", "UTC", "2026-11-29T23:59:59Z", "2026-11-23T00:00:00.000Z", "2026-11-30T00:00:00.000Z"],
    ["week", "UTC", "2026-11-30T00:00:00Z", "2026-11-30T00:00:00.000Z", "2026-12-07T00:00:00.000Z"],
    ["month", "UTC", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["month", "Asia/Tokyo", "2026-01-31T15:00:00Z", "2026-01-31T15:00:00.000Z", "2026-02-28T15:00:00.000Z"],
  ])("%s in %s at %s", (per, zone, now, from, to) => {
    expect(at(per, zone, now)).toEqual([from, to]);
  });

  it("does not exist in a time zone that does not", () => {
    expect(() => new Calendar("day", "Mars/Olympus")).toThrow(RangeError);
  });

  it.each<CalendarWindow>(["hour", "day", "week", "month"])(
    "is one of a row without gaps: each %s holds its time, and the next begins where it ends",
    (per) => {
      const zones = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
      ];
      const from = Date.parse("2010-01-01T00:00:00Z");
      const to = Date.parse("2030-01-01T00:00:00Z");
      fc.assert(
        fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: to }), (zone, now) => {
          const window = new Calendar(per, zone).at(now);
          expect(window.fromMs).toBeLessThanOrEqual(now);
          expect(window.toMs).toBeGreaterThan(now);
          const again = new Calendar(per, zone);
          expect(again.at(window.toMs - 1)).toEqual(window);
          expect(again.at(window.toMs).fromMs).toBe(window.toMs);
        }),
        { numRuns: 300 },
      );
    },
  );
});
