import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { dedicatedCost, type DedicatedQuery } from "../../../src/pricing/calculators/dedicated.js";

describe("dedicatedCost", () => {
  it.each<[DedicatedQuery, string, string | undefined]>([
    [{ gpu: "A100", seconds: 3600 }, "2025-08-20", "2.9"],
    [{ gpu: "H100", seconds: 3600 }, "2025-08-20", "5.8"],
    [{ gpu: "H200", seconds: 3600 }, "2025-08-20", "6.99"],
    [{ gpu: "B200", seconds: 3600 }, "2025-08-20", "11.99"],
    [{ gpu: "MI300X", seconds: 3600 }, "2025-08-20", "4.99"],
    [{ gpu: "H100", seconds: 3600 }, "2026-02-13", "4"],
    [{ gpu: "H100", seconds: 3600 }, "2026-05-08", "6"],
    [{ gpu: "H100", seconds: 3600 }, "2026-08-31", "7"],
    [{ gpu: "H100", seconds: 3600 }, "2026-09-01", "8"],
    [{ gpu: "GB300", seconds: 3600 }, "2026-11-20", "20"],
    [{ gpu: "h100 80GB", count: 8, seconds: 1800 }, "2026-11-20", "32"],
    [{ gpu: "H100_80GB", seconds: 1 }, "2026-11-20", "0.002222222222"],
    [{ gpu: "NVIDIA_B200_180GB", seconds: 3600 }, "2026-11-20", "13"],
    [{ gpu: "AMD_MI300X_192GB", seconds: 3600 }, "2025-08-20", "4.99"],
    [{ gpu: "H100", seconds: 0 }, "2026-11-20", "0"],
    [{ gpu: "H100", seconds: 3600, regionRestricted: true }, "2026-11-20", "12"],
    [{ gpu: "H100", seconds: 3600, usdPerHour: "3.5" }, "2020-01-01", "3.5"],
    [{ gpu: "anything", seconds: 7200, count: 2, usdPerHour: "1" }, "2026-11-20", "4"],
    [{ gpu: "H100", seconds: 3600 }, "2026-07-01", undefined],
    [{ gpu: "A100", seconds: 3600 }, "2026-11-20", undefined],
    [{ gpu: "RTX4090", seconds: 3600 }, "2026-11-20", undefined],
    [{ gpu: "H100", seconds: 3600, regionRestricted: true }, "2026-08-31", undefined],
  ])("%j on %s", (query, day, totalUsd) => {
    const cost = dedicatedCost({ ...query, at: new Date(day) });
    expect(cost.totalUsd).toBe(totalUsd);
    expect(cost.status).toBe(totalUsd === undefined ? "unpriced" : "priced");
  });

  it("names its row, source and age", () => {
    expect(dedicatedCost({ gpu: "B300", seconds: 60, at: new Date("2026-10-11") })).toMatchObject({
      usdPerHour: "15",
      row: "fireworks/gpu-b300@2026-09-01",
      source: "fireworks.ai/pricing, read 2026-10-01",
      checkedOn: "2026-10-01",
      ageDays: 10,
    });
  });

  it.each([
    ["count", { count: 0 }],
    ["count", { count: 1.5 }],
    ["seconds", { seconds: -1 }],
    ["seconds", { seconds: NaN }],
    ["usdPerHour", { usdPerHour: "much" }],
  ])("refuses a wrong %s: %j", (option, wrong) => {
    const cost = () => dedicatedCost({ gpu: "H100", seconds: 1, ...wrong });
    expect(cost).toThrow(ConfigurationError);
    expect(cost).toThrow(expect.objectContaining({ option }));
  });
});
