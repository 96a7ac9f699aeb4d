import { describe, expect, it } from "@jest/globals";
import { toCsv } from "../../src/ledger/csv.js";
import { entry, UNPRICED } from "./entries.js";

const HEADER =
  "id,startedAt,endedAt,latencyMs,serverMs,timeToFirstTokenMs,outcome,errorType,provider,modelRequested,modelServed,tier," +
  "inputTokens,cachedInputTokens,cacheWriteTokens,outputTokens,reasoningTokens,usageSource,costUsd,lowUsd,highUsd," +
  "costStatus,priceRow,priceCheckedOn,runId,parentRunId,traceId,threadId,agent,node,user,session,tags,units,responseId";

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
      "run-1,2026-11-20T23:59:59.000Z,2026-11-21T00:00:01.000Z,2000,,,ok,,acme,roadrunner,,,1000,,,100,,server,0.001,0.001,0.001,priced,test/roadrunner#0,2026-11-01,run-1,,,,,,,,,,",
      "run-2,2026-11-20T23:59:59.000Z,2026-11-21T00:00:01.000Z,2000,,,error,Error,acme,roadrunner,,,,,,,,,,,,unpriced,,,run-2,,,,,,,,,,",
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
    expect(toCsv([entry({ user })])).toContain(`,${cell},,,,\r\n`);
  });

  it.each([
    ["a tag that is not the first", ["a", "=HYPERLINK(1)"], "a;'=HYPERLINK(1)"],
    ["each of several tags", ["+1", "-1", "@a"], "'+1;'-1;'@a"],
    ["a part of a tag", ["a;=1+1"], "a;'=1+1"],
    [
      "a full-width sign",
      ["\uff1d1+1", "a", "\uff0b1", "\uff0d1", "\uff201"],
      "'\uff1d1+1;a;'\uff0b1;'\uff0d1;'\uff201",
    ],
    ["what follows blanks", ["  =1", "\u00a0\u200b=1", "\u0000+1"], "'  =1;'\u00a0\u200b=1;'\u0000+1"],
    ["a tab before it", ["a", "\t=1"], "a;\t'=1"],
    ["a tab alone", ["\tx"], "'\tx"],
    ["a line end before it", ["\n=1"], `"'\n'=1"`],
    ["another line", ["a\r\n=1"], `"a\r\n'=1"`],
    ["a quote before it", ["a", '"=1"'], `"a;'""=1"""`],
  ])("disarms %s", (_what, tags, cell) => {
    expect(toCsv([entry({ tags })])).toContain(`,${cell},,\r\n`);
  });

  it("leaves signs alone that begin nothing", () => {
    const tags = ["gpt-4", "a=b", "1+1", "mail@home", "'=1", "(-1)"];
    expect(toCsv([entry({ tags })])).toContain(`,${tags.join(";")},,\r\n`);
  });

  it("leaves numbers as they are, and disarms a text that looks like one", () => {
    const line = toCsv([entry({ latencyMs: -1.5, user: "-1.5" })]).split("\r\n")[1] ?? "";
    expect([line.includes(",-1.5,,,ok,"), line.endsWith(",'-1.5,,,,")]).toEqual([true, true]);
  });

  it("joins tags", () => {
    expect(toCsv([entry({ tags: ["a", "b"] })])).toContain(",a;b,,\r\n");
  });

  it("has whatever else was counted", () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 1,
      source: "server" as const,
      units: { inputAudio: 2, webSearch: 3 },
    };
    expect(toCsv([entry({ usage })])).toContain(",inputAudio=2;webSearch=3,\r\n");
  });

  it("has the answer's id at the end", () => {
    expect(toCsv([entry({ responseId: "chatcmpl-1" })])).toContain(",chatcmpl-1\r\n");
  });
});
