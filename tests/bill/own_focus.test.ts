import { describe, expect, it } from "@jest/globals";
import { parseBill, reconcile } from "../../src/bill.js";
import { toFocusCsv } from "../../src/exports.js";
import { cost, entry } from "../ledger/entries.js";
import { usePostgres } from "../support/use_postgres.js";
import { PostgresLedger } from "../../src/postgres.js";
import { glmCall, kimiCall, usageCosts } from "./bills.js";

const estimate = { reason: "left", inputTokens: [0, 10] as const, outputTokens: [0, null] as const };

const CALLS = [
  glmCall("2026-09-01"),
  glmCall("2026-09-02", { startedAt: "2026-09-01T23:59:59.500Z", endedAt: "2026-09-02T00:00:00.100Z" }),
  glmCall("2026-10-01", { startedAt: "2026-09-30T23:59:59.000Z", endedAt: "2026-10-01T00:00:59.000Z" }),
  kimiCall("2026-09-01", {
    usage: { inputTokens: 5, outputTokens: 5, source: "estimated", estimate },
    cost: cost("1", { lowUsd: "0.5", highUsd: null }),
  }),
  kimiCall("2026-09-02", { cost: cost("0", { status: "free" }) }),
  kimiCall("2026-09-03", { outcome: "denied", cost: cost("0", { status: "none", components: {} }) }),
  entry({
    id: "x",
    runId: "x",
    provider: "openai",
    modelRequested: '=HYPERLINK("http://x")',
    cost: cost("0.000000000001"),
  }),
  entry({ id: "y", runId: "y", provider: "__proto__", modelRequested: "constructor", cost: cost("3") }),
];

describe("a FOCUS file of our own", () => {
  it.each(["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"] as const)(
    "is its ledger at a difference of 0 (%s)",
    async (version) => {
      const { csv, unpriced } = toFocusCsv(CALLS, { version });
      expect(unpriced).toEqual([]);
      const result = await reconcile(CALLS, await parseBill(csv), { tolerance: 0 });
      expect(result).toMatchObject({
        ok: true,
        oursUsd: "8.008000000001",
        billUsd: "8.008000000001",
        differenceUsd: "0",
      });
      expect(result.lines.filter(({ differenceUsd }) => differenceUsd !== "0")).toEqual([]);
      expect(result.lines.every(({ callsOnlyOurs, callsOnlyTheirs }) => callsOnlyOurs + callsOnlyTheirs === 0)).toBe(
        true,
      );
    },
  );
});

describe("a ledger in PostgreSQL", () => {
  const server = usePostgres();

  it("is compared as it is read", async () => {
    const ledger = new PostgresLedger(server.pool());
    await Promise.all(
      [glmCall("2026-09-01"), glmCall("2026-09-02"), kimiCall("2026-09-02")].map((call) => ledger.record(call)),
    );
    await ledger.flush();
    const bill = usageCosts(
      ["2026-09-01", "glm-5p2", "1.336"],
      ["2026-09-02", "glm-5p2", "1.4028"],
      ["2026-09-02", "kimi-k3", "0.6"],
    );
    const result = await reconcile(ledger.entries(), await parseBill(bill));
    expect(result).toMatchObject({ ok: false, days: 2, models: 2, oursUsd: "3.272", billUsd: "3.3388", onlyOurs: 0 });
    expect(result.causes.map(({ kind, days }) => [kind, days])).toEqual([["price", ["2026-09-02"]]]);
    await ledger.close();
  });
});
