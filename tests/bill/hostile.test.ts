import { describe, expect, it } from "@jest/globals";
import { parseBill, reconcile, type BillLine, type ReconcileOptions } from "../../src/bill.js";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { cost, entry } from "../ledger/entries.js";
import { glmCall, kimiCall, usageCosts } from "./bills.js";

const GLM = "accounts/my-account/models/glm-5p2";
const HEADER = "account_id,date,group_by_dimension,group_by_value,subtotal_usd,currency\n";

async function compared(entries: Iterable<LedgerEntry>, bill: string, options?: ReconcileOptions) {
  return reconcile(entries, await parseBill(bill), options);
}

async function read(text: string) {
  const bill = await parseBill(text);
  const lines: BillLine[] = [];
  for await (const line of bill.lines) lines.push(line);
  return { lines, notes: bill.notes };
}

describe("names that objects have themselves", () => {
  it.each(["constructor", "toString", "hasOwnProperty", "__proto__"])(
    "may be a model's and a component's: %s",
    async (name) => {
      const components = { [name]: { tokens: 10, usdPerMillion: "1", usd: "1" } };
      const call = glmCall("2026-09-01", { modelRequested: name, modelServed: name, cost: cost("1", { components }) });
      const result = await compared([call], usageCosts(["2026-09-01", name, "1"]));
      expect(result).toMatchObject({ ok: true, models: 1, differenceUsd: "0" });
      expect((await compared([call], usageCosts(["2026-09-01", name, "3"]))).ok).toBe(false);
    },
  );

  it("may be columns", async () => {
    const text = `__proto__,constructor,date,group_by_dimension,group_by_value,subtotal_usd,currency\na,b,2026-09-01,model,m,1,USD\n`;
    expect((await read(text)).lines).toMatchObject([{ model: "m", usd: "1" }]);
  });
});

describe("one dimension of Fireworks' costs counts", () => {
  const row = (dimension: string, value: string, usd: string, day = "2026-09-01") =>
    `my-account,${day},${dimension},${value},${usd},USD\n`;
  const NOTE = "Lines of the bill that have the same dollars again, by tier, user or key, and were left out: ";

  it("by model, wherever its lines stand", async () => {
    const rows = [
      row("user", "ann", "1"),
      row("user", "bob", "0.336"),
      row("model", GLM, "1.336"),
      row("model_tier", "GLM 5.2", "1.336"),
      row("api_key", "key_1", "1.336"),
    ];
    for (const text of [rows, rows.toReversed()].map((those) => HEADER + those.join(""))) {
      const result = await compared([glmCall("2026-09-01")], text);
      expect(result).toMatchObject({ ok: true, billUsd: "1.336", differenceUsd: "0" });
      expect(result.notes).toEqual([`${NOTE}4.`]);
    }
  });

  it("by tier, user or key, day by day, where there is no model", async () => {
    const text = [
      row("api_key", "key_1", "1.336"),
      row("user", "ann", "1.336"),
      row("model_tier", "GLM 5.2", "1.336", "2026-09-02"),
      row("api_key", "key_1", "1.336", "2026-09-02"),
    ];
    const result = await compared([glmCall("2026-09-01"), glmCall("2026-09-02")], HEADER + text.join(""));
    expect(result).toMatchObject({ ok: true, billUsd: "2.672" });
    expect(result.notes).toEqual([`${NOTE}2.`]);
  });

  it("is one that is known", async () => {
    await expect(read(HEADER + row("model", "m", "1") + row("region", "x", "1"))).rejects.toThrow(
      'Line 3 of the bill: `group_by_dimension` is `"region"`',
    );
  });
});

describe("calls across midnight", () => {
  const late = (more: Partial<LedgerEntry> = {}) =>
    glmCall("2026-09-02", { startedAt: "2026-09-01T23:59:59.000Z", endedAt: "2026-09-02T00:00:01.000Z", ...more });
  const NOTE =
    "Calls that began on one day and ended on another: 1. The bill may have them on either, so that both days are judged together.";

  it("may be on the bill of the day on which they began", async () => {
    const bill = usageCosts(["2026-09-01", GLM, "2.672"], ["2026-09-02", GLM, "1.336"]);
    const result = await compared([glmCall("2026-09-01"), late(), glmCall("2026-09-02")], bill);
    expect(result).toMatchObject({ ok: true, differenceUsd: "0", causes: [], notes: [NOTE] });
  });

  it("also where nothing else was called on one of the days", async () => {
    expect(await compared([late()], usageCosts(["2026-09-01", GLM, "1.336"]))).toMatchObject({
      ok: true,
      onlyOurs: 0,
      onlyTheirs: 0,
    });
  });

  it("excuse nothing but themselves", async () => {
    const calls = [glmCall("2026-09-01"), late(), glmCall("2026-09-02")];
    const other = usageCosts(["2026-09-01", GLM, "3.5"], ["2026-09-02", GLM, "0.508"]);
    expect((await compared(calls, other)).ok).toBe(false);
    const more = usageCosts(["2026-09-01", GLM, "2.672"], ["2026-09-02", GLM, "1.5"]);
    expect((await compared(calls, more)).ok).toBe(false);
  });
});

describe("what a bill charges without a model", () => {
  it("excuses no model that the bill has more of", async () => {
    const bill = usageCosts(["2026-09-01", GLM, "1.8"], ["2026-09-01", "unattributed", "0.136"]);
    const result = await compared([glmCall("2026-09-01"), kimiCall("2026-09-01")], bill);
    expect(result.ok).toBe(false);
    expect(result.lines.map(({ ok }) => ok)).toEqual([false, true, true]);
  });
});

describe("odd amounts and files", () => {
  it.each(["1e400", "Infinity", "NaN", "0x10", "1,5", "--1", "9".repeat(70)])("%s is no amount", async (usd) => {
    await expect(read(`${HEADER}a,2026-09-01,model,m,"${usd}",USD\n`)).rejects.toThrow("which is no amount");
    const line = `{"request_id":"a","spend":${/^1e400$/.test(usd) ? usd : JSON.stringify(usd)},"startTime":"2026-09-01"}`;
    await expect(read(line)).rejects.toThrow("which is no amount");
  });

  it("credits lower the sum, and are called what they are where they stand alone", async () => {
    const bill = `${HEADER}a,2026-09-01,model,${GLM},2.336,USD\na,2026-09-01,model,${GLM},-1.000000000,USD\n`;
    expect(await compared([glmCall("2026-09-01")], bill)).toMatchObject({ ok: true, billUsd: "1.336" });
    const alone = await compared([], `${HEADER}a,2026-09-01,model,${GLM},-1.000000000,USD\n`);
    expect(alone).toMatchObject({ ok: false, billUsd: "-1" });
    expect(alone.causes[0]?.text).toContain("the bill has -$1 on 2026-09-01, and the ledger no call of it: a credit");
  });

  it("a file of exports one after the other, each with its header", async () => {
    const first = usageCosts(["2026-09-01", "m", "1"]);
    const second = usageCosts(["2026-10-01", "m", "2"]);
    expect((await read(`\ufeff${first}\ufeff${second}`)).lines).toMatchObject([{ usd: "1" }, { usd: "2" }]);
  });

  it("a last line that may be cut within its last figure is said", async () => {
    const header = "request_id,startTime,spend\n";
    const NOTE = "The bill's last line has no end. If the file was cut there, its last figure is too small.";
    expect((await read(`${header}a,2026-09-01,1.25`)).notes).toEqual([NOTE]);
    expect((await read(`${header}a,2026-09-01,1.25\n`)).notes).toEqual([]);
  });

  it("a saved answer that is not the last page is said", async () => {
    const rows = [
      { dimensions: { startTime: "2026-09-01T00:00:00Z", model: GLM }, subtotal: { currencyCode: "USD", units: "1" } },
    ];
    const { notes } = await read(JSON.stringify({ rows, nextPageToken: "two", attributionCompleteness: "INCOMPLETE" }));
    expect(notes).toEqual([
      "Fireworks says that the attribution of its costs is INCOMPLETE: it lags, and may change for a day or more.",
      "The last page of the bill says that another follows: the bill is not whole here.",
    ]);
  });

  it("days on which nothing was charged are no lines that were passed over", async () => {
    const page = { data: [{ start_time: 1_788_220_800, end_time: 1_788_307_200, results: [] }], has_more: false };
    expect(await read(JSON.stringify(page))).toEqual({ lines: [], notes: [] });
  });

  it("a time of an entry in words of its own is on its day", async () => {
    const call = entry({
      provider: "fireworks",
      modelRequested: GLM,
      startedAt: "1 Sep 2026 10:00 Z",
      endedAt: "1 Sep 2026 10:00 Z",
    });
    expect(await compared([call], usageCosts(["2026-09-01", GLM, "0.001"]))).toMatchObject({ ok: true });
  });
});
