import { describe, expect, it } from "@jest/globals";
import { toCsv } from "../../src/ledger/csv.js";
import { entry, UNPRICED } from "./entries.js";

const HEADER =
  "id,startedAt,endedAt,latencyMs,serverMs,timeToFirstTokenMs,outcome,errorType,provider,modelRequested,modelServed,tier," +
  "inputTokens,cachedInputTokens,cacheWriteTokens,outputTokens,reasoningTokens,usageSource,costUsd,lowUsd,highUsd," +
  "costStatus,priceRow,priceCheckedOn,runId,parentRunId,traceId,threadId,agent,node,user,session,tags,units";

describe("toCsv", () => {
  it("has a header, a line for each call, and nothing for unknown", () => {
    const unknown = entry({
      id: "run-2",
      runId: "run-2",
      usage: undefined,
      cost: UNPRICED,
      outcome: "error",
      errorType: "Error",
    });
    expect(toCsv([entry(), unknown]).split("\r\n")).toEqual([
      HEADER,
      "run-1,2026-11-20T23:59:59.000Z,2026-11-21T00:00:01.000Z,2000,,,ok,,acme,roadrunner,,,1000,,,100,,server,0.001,0.001,0.001,priced,test/roadrunner#0,2026-11-01,run-1,,,,,,,,,",
      "run-2,2026-11-20T23:59:59.000Z,2026-11-21T00:00:01.000Z,2000,,,error,Error,acme,roadrunner,,,,,,,,,,,,unpriced,,,run-2,,,,,,,,,",
      "",
    ]);
  });

  it.each([
    ["a comma", "a,b", '"a,b"'],
    ["a quote", 'a"b', '"a""b"'],
    ["a newline", "a\nb", '"a\nb"'],
    ["a formula", "=1+1", "'=1+1"],
    ["a formula with a quote", '@SUM("A1")', `"'@SUM(""A1"")"`],
  ])("quotes %s", (_what, user, cell) => {
    expect(toCsv([entry({ user })])).toContain(`,${cell},,,\r\n`);
  });

  it("joins tags", () => {
    expect(toCsv([entry({ tags: ["a", "b"] })])).toContain(",a;b,\r\n");
  });

  it("has whatever else was counted", () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 1,
      source: "server" as const,
      units: { inputAudio: 2, webSearch: 3 },
    };
    expect(toCsv([entry({ usage })])).toContain(",inputAudio=2;webSearch=3\r\n");
  });
});
