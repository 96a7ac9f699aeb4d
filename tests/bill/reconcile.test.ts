import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { BillError, parseBill, reconcile, type ReconcileOptions } from "../../src/bill.js";
import { formatUsd, parseUsd } from "../../src/base/money.js";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { cost, entry, UNPRICED } from "../ledger/entries.js";
import { glmCall, kimiCall, usageCosts } from "./bills.js";

const GLM = "accounts/my-account/models/glm-5p2";
const KIMI = "accounts/my-account/models/kimi-k3";
const DAYS = ["2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04"];

async function compared(entries: Iterable<LedgerEntry>, bill: string, options?: ReconcileOptions) {
  return reconcile(entries, await parseBill(bill), options);
}

describe("a ledger and a bill", () => {
  it("agree where every day and model does", async () => {
    // 600,000 x 1.40 + 400,000 x 0.14 + 100,000 x 4.40 = 1.336
    const result = await compared(
      [glmCall("2026-09-01"), glmCall("2026-09-01")],
      usageCosts(["2026-09-01", GLM, "2.672"]),
    );
    expect(result).toMatchObject({
      ok: true,
      days: 1,
      models: 1,
      oursUsd: "2.672",
      lowUsd: "2.672",
      highUsd: "2.672",
      billUsd: "2.672",
      differenceUsd: "0",
      onlyOurs: 0,
      onlyTheirs: 0,
      causes: [],
      notes: [],
    });
  });

  it.each([
    ["accounts/my-account/models/glm-5p2", glmCall("2026-09-01")],
    ["accounts/fireworks/models/glm-5.2", glmCall("2026-09-01")],
    ["glm-5p2", glmCall("2026-09-01")],
    ["GLM 5.2", glmCall("2026-09-01")],
    ["GLM 5.2 (Priority)", glmCall("2026-09-01", { tier: "priority" })],
    [
      "GLM 5.2 (Fast)",
      glmCall("2026-09-01", {
        modelRequested: "accounts/fireworks/routers/glm-5p2-fast",
        cost: cost("1.336", { row: "fireworks/glm-5p2-fast@2026-06-26" }),
      }),
    ],
    [
      "accounts/my-account/models/glm-5p2",
      glmCall("2026-09-01", { modelServed: "accounts/fireworks/routers/glm-5p2-fast" }),
    ],
    [
      "accounts/my-account/routers/glm-latest",
      glmCall("2026-09-01", { modelRequested: "accounts/fireworks/routers/glm-latest" }),
    ],
  ])("mean the same model by %s", async (name, call) => {
    const result = await compared([call], usageCosts(["2026-09-01", name, "1.336"]));
    expect(result).toMatchObject({ ok: true, models: 1, differenceUsd: "0" });
  });

  it("tell a fast router from the model behind it, where the bill does", async () => {
    const fast = glmCall("2026-09-01", {
      modelRequested: "accounts/fireworks/routers/glm-5p2-fast",
      cost: cost("2.004", { row: "fireworks/glm-5p2-fast@2026-06-26" }),
    });
    const bill = usageCosts(["2026-09-01", "GLM 5.2", "1.336"], ["2026-09-01", "GLM 5.2 (Fast)", "2.004"]);
    expect(await compared([fast, glmCall("2026-09-01")], bill)).toMatchObject({ ok: true, models: 2 });
  });

  it("count the day on which a call ended, and the bill's provider alone", async () => {
    const late = glmCall("2026-09-01", { startedAt: "2026-09-01T23:59:59.000Z", endedAt: "2026-09-02T00:00:01.000Z" });
    const result = await compared([late, entry()], usageCosts(["2026-09-02", GLM, "1.336"]));
    expect(result).toMatchObject({
      ok: true,
      days: 1,
      notes: ["Calls of other providers, which are not on this bill: 1."],
    });
  });

  it.each([
    ["1.3", { ok: false }],
    ["1.32264", { ok: true }],
    ["1.32263", { ok: false }],
    ["1.34936", { ok: true }],
    ["1.34937", { ok: false }],
  ])("agree within 1 %% (%s)", async (usd, expected) => {
    expect(await compared([glmCall("2026-09-01")], usageCosts(["2026-09-01", GLM, usd]))).toMatchObject(expected);
    expect((await compared([glmCall("2026-09-01")], usageCosts(["2026-09-01", GLM, usd]), { tolerance: 0 })).ok).toBe(
      false,
    );
  });

  it("agree where the bill is between low and high, or nothing bounds the estimate", async () => {
    const estimate = { reason: "left", inputTokens: [0, 10] as const, outputTokens: [0, null] as const };
    const usage = { inputTokens: 5, outputTokens: 5, source: "estimated" as const, estimate };
    const call = (highUsd: string | null) =>
      glmCall("2026-09-01", { usage, cost: cost("1", { lowUsd: "0.5", highUsd }) });
    const of = (usd: string) => usageCosts(["2026-09-01", GLM, usd]);
    expect(await compared([call("2")], of("1.9"))).toMatchObject({
      ok: true,
      lowUsd: "0.5",
      highUsd: "2",
      differenceUsd: "0.9",
    });
    expect((await compared([call("2")], of("2.1"))).causes).toMatchObject([{ kind: "missing" }]);
    const unbounded = await compared([call(null)], of("50"));
    expect(unbounded).toMatchObject({ ok: true, highUsd: null });
    expect(unbounded.notes.join()).toContain(
      "Calls that nothing bounds from above: 1. On their days and models there is no upper limit.",
    );
    expect((await compared([call(null)], of("0.4"))).ok).toBe(false);
  });

  it("do not agree where a day and model stands on one side only", async () => {
    const result = await compared(
      [glmCall("2026-09-01"), kimiCall("2026-09-01")],
      usageCosts(["2026-09-01", GLM, "1.336"], ["2026-09-02", GLM, "1.336"]),
    );
    expect(result).toMatchObject({ ok: false, onlyOurs: 1, onlyTheirs: 1 });
    expect(result.causes.map(({ kind, model, days }) => [kind, model, days])).toEqual([
      ["missing", GLM, ["2026-09-02"]],
      ["not-billed", "accounts/fireworks/models/kimi-k3", ["2026-09-01"]],
    ]);
    expect(result.notes).toEqual([
      "One side begins or ends on another day than the other. Both have 2026-09-01 to 2026-09-01: `from` and `to` compare those alone.",
    ]);
    expect(
      (
        await compared([glmCall("2026-09-01")], usageCosts(["2026-09-01", GLM, "1.336"], ["2026-09-02", GLM, "1"]), {
          to: "2026-09-01",
        })
      ).ok,
    ).toBe(true);
  });

  it("may differ by what costs nothing, and by what was never sent", async () => {
    const nothing = { status: "none" as const, components: {}, row: null };
    const calls = [
      kimiCall("2026-09-03", { cost: cost("0", { status: "free" }) }),
      kimiCall("2026-09-04", { outcome: "denied", cost: cost("0", nothing) }),
      kimiCall("2026-09-05", { outcome: "cache-hit", cost: cost("0", nothing) }),
      kimiCall("2026-09-06", { outcome: "error", usage: undefined, cost: UNPRICED }),
    ];
    const result = await compared(
      [glmCall("2026-09-01"), ...calls],
      usageCosts(["2026-09-01", GLM, "1.336"], ["2026-09-02", GLM, "0"]),
    );
    expect(result).toMatchObject({ ok: true, onlyOurs: 0, onlyTheirs: 0 });
  });

  it("are judged by the day where the bill names no model", async () => {
    const bill = (usd: string) =>
      usageCosts(["2026-09-01", GLM, "1"], ["2026-09-01", "unattributed", usd], ["2026-09-02", GLM, "1.336"]);
    const calls = [glmCall("2026-09-01"), kimiCall("2026-09-01"), glmCall("2026-09-02")];
    expect(await compared(calls, bill("0.936"))).toMatchObject({ ok: true, onlyOurs: 0, onlyTheirs: 0, models: 2 });
    const other = await compared(calls, bill("2"));
    expect(other.ok).toBe(false);
    expect(other.causes.find(({ kind }) => kind === "unattributed")?.text).toBe(
      "The bill charges $2 on 2026-09-01 without naming a model; with it, all models of the day together differ.",
    );
  });
});

describe("the likely cause", () => {
  const calls = (of: (day: string, at: number) => LedgerEntry) => DAYS.map(of);
  const varied = (at: number) => ({
    input: 1_000_000 + at * 300_000,
    cached: 400_000 + at * 7000,
    output: 100_000 * (at + 1),
  });
  const times = (usd: string | null, ratio: bigint) => formatUsd((parseUsd(usd ?? "") * ratio) / 100n);

  it("is a price that changed: with its model, ratio, first day and row", async () => {
    const ledger = calls((day, at) => glmCall(day, varied(at)));
    const bill = usageCosts(
      ...ledger.map(({ cost: { usd } }, at) => [DAYS[at] ?? "", GLM, times(usd, at < 2 ? 100n : 105n)] as const),
    );
    expect((await compared(ledger, bill)).causes).toEqual([
      {
        kind: "price",
        model: GLM,
        days: ["2026-09-03", "2026-09-04"],
        text: "glm-5p2: their rate is 1.05 of row `fireworks/glm-5p2@2026-07-01` since 2026-09-03, on 2026-09-03, 2026-09-04: the price row has changed (or a missing process: ours is 95.2 % of theirs).",
      },
    ]);
  });

  it("is one kind of tokens whose price changed", async () => {
    const ledger = calls((day, at) => glmCall(day, varied(at)));
    const dearer = ledger.map(({ cost: { usd, components } }, at) => {
      const output = parseUsd(components.output?.usd ?? "");
      return [DAYS[at] ?? "", GLM, formatUsd(parseUsd(usd ?? "") + output / 10n)] as const;
    });
    expect((await compared(ledger, usageCosts(...dearer))).causes).toMatchObject([
      {
        kind: "price",
        text: expect.stringContaining(
          "their output rate is 1.1 of row `fireworks/glm-5p2@2026-07-01` since 2026-09-01",
        ),
      },
    ]);
  });

  it("is cached tokens that they charge as input", async () => {
    const ledger = calls((day, at) => glmCall(day, varied(at)));
    const uncached = ledger.map(({ cost: { usd }, usage }, at) => {
      const more = (BigInt(usage?.cachedInputTokens ?? 0) * parseUsd("1.26")) / 1_000_000n;
      return [DAYS[at] ?? "", GLM, formatUsd(parseUsd(usd ?? "") + more)] as const;
    });
    expect((await compared(ledger, usageCosts(...uncached))).causes).toMatchObject([
      {
        kind: "cached",
        text: expect.stringContaining(
          "they charge the 1642000 cached tokens on 4 days from 2026-09-01 to 2026-09-04 as uncached input",
        ),
      },
    ]);
  });

  it("is input from a cache that the ledger does not know of", async () => {
    const ledger = calls((day, at) => kimiCall(day, { input: 100_000 * (at + 1), output: 20_000 + at * 7000 }));
    const bill = usageCosts(
      ...ledger.map(
        ({ cost: { usd } }, at) => [DAYS[at] ?? "", KIMI, formatUsd(parseUsd(usd ?? "") - parseUsd("0.135"))] as const,
      ),
    );
    expect((await compared(ledger, bill)).causes).toMatchObject([
      {
        kind: "cached",
        text: expect.stringContaining(
          "as it is where 20 % of the input that the ledger has as uncached came from a cache",
        ),
      },
    ]);
  });

  it("is a missing process, where ours is no constant part of theirs", async () => {
    const ledger = calls((day) => kimiCall(day));
    const bill = usageCosts(...DAYS.map((day, at) => [day, KIMI, `${1 + at * 0.25}`] as const));
    expect((await compared(ledger, bill)).causes).toMatchObject([
      {
        kind: "missing",
        text: "kimi-k3: ours is 34.3 % to 60 % of theirs on 4 days from 2026-09-01 to 2026-09-04, at no one ratio: a missing process, whose calls are not in this ledger.",
      },
    ]);
  });

  it("is calls of ours without a price", async () => {
    const result = await compared(
      [kimiCall("2026-09-01", { cost: UNPRICED })],
      usageCosts(["2026-09-01", KIMI, "0.6"]),
    );
    expect(result).toMatchObject({ ok: false, oursUsd: null, differenceUsd: null, causes: [{ kind: "unpriced" }] });
  });

  it("is requests that only the bill has", async () => {
    const bill = JSON.stringify({
      data: [
        {
          date: "2026-09-01",
          model: "acme/coyote",
          model_permaslug: "acme/coyote-1",
          usage: 0.003,
          byok_usage_inference: 0,
          requests: 3,
          prompt_tokens: 3000,
          completion_tokens: 300,
          reasoning_tokens: 0,
        },
      ],
    });
    const call = entry({
      provider: "openrouter",
      modelRequested: "acme/coyote",
      startedAt: "2026-09-01T00:00:00Z",
      endedAt: "2026-09-01T00:00:01Z",
    });
    expect((await compared([call], bill)).causes).toMatchObject([
      {
        kind: "missing",
        text: "coyote: the bill has 3 requests on 2026-09-01, and the ledger 1 call: a missing process.".replace(
          "coyote:",
          "acme/coyote:",
        ),
      },
    ]);
  });
});

describe("a bill of quantities", () => {
  const header =
    "email,start_time,end_time,usage_type,accelerator_type,accelerator_seconds,base_model_name,model_bucket,parameter_count,prompt_tokens,completion_tokens";
  const row = (tokens: string) =>
    `ann@example.com,2026-09-01 11:59:58 UTC,2026-09-01 12:00:00 UTC,TEXT_COMPLETION_INFERENCE_USAGE,,,accounts/fireworks/models/glm-5p2,GLM 5.2,,${tokens}`;

  it("is compared in tokens, and in dollars at our prices", async () => {
    const bill = `${header}\n${row("1000000,100000")}\n`;
    const result = await compared([glmCall("2026-09-01")], bill);
    expect(result).toMatchObject({ ok: true, billUsd: "1.336", differenceUsd: "0" });
    expect(result.lines).toMatchObject([
      {
        inputTokens: 1_000_000,
        billInputTokens: 1_000_000,
        billOutputTokens: 100_000,
        billLowUsd: "0.58",
        billHighUsd: "1.84",
      },
    ]);
  });

  it("differs where its tokens do", async () => {
    const bill = `${header}\n${row("1000000,100000")}\n${row("200000,100")}\n`;
    expect(await compared([glmCall("2026-09-01")], bill)).toMatchObject({ ok: false, causes: [{ kind: "missing" }] });
  });
});

describe("answers' ids", () => {
  const spend = (id: string, usd: number) => ({
    request_id: id,
    call_type: "acompletion",
    spend: usd,
    startTime: "2026-09-01T23:59:59.000Z",
    endTime: "2026-09-01T23:59:59.900Z",
    model: "some-name-of-a-proxy",
    model_group: "prod",
    custom_llm_provider: "fireworks_ai",
    prompt_tokens: 1000,
    completion_tokens: 100,
  });

  it("join calls whatever their day, model and provider are called", async () => {
    const calls = ["a", "b", "c"].map((responseId) => entry({ id: responseId, responseId, provider: "openllm" }));
    const bill = [spend("a", 0.001), spend("b", 1e-3)].map((line) => JSON.stringify(line)).join("\n");
    const result = await compared(calls, bill);
    expect(result).toMatchObject({ ok: true, oursUsd: "0.002", differenceUsd: "0" });
    expect(result.lines).toMatchObject([{ day: "2026-09-01", callsOnlyOurs: 0, callsOnlyTheirs: 0 }]);
  });

  it("tell the calls that one side has alone", async () => {
    const calls = ["a", "x", "y"].map((responseId) =>
      entry({
        id: responseId,
        responseId,
        provider: "fireworks",
        modelRequested: "prod",
        endedAt: "2026-09-01T23:59:59.000Z",
      }),
    );
    const result = await compared(calls, JSON.stringify([spend("a", 0.001), spend("b", 0.001)]));
    expect(result.lines).toMatchObject([{ calls: 3, callsOnlyOurs: 2, callsOnlyTheirs: 1 }]);
  });
});

describe("any ledger", () => {
  const usd = fc.integer({ min: 1, max: 5_000_000 }).map((micro) => formatUsd(BigInt(micro) * 1_000_000n));
  const call = fc.record({ day: fc.constantFrom(...DAYS), isKimi: fc.boolean(), usd });
  const ledgers = fc.array(call, { minLength: 1, maxLength: 30 });
  const toEntries = (calls: readonly { day: string; isKimi: boolean; usd: string }[]) =>
    calls.map((one) => (one.isKimi ? kimiCall : glmCall)(one.day, { cost: cost(one.usd) }));
  const sums = (calls: readonly { day: string; isKimi: boolean; usd: string }[]) => {
    const all = new Map<string, bigint>();
    for (const one of calls) {
      const key = `${one.day} ${one.isKimi ? KIMI : GLM}`;
      all.set(key, (all.get(key) ?? 0n) + parseUsd(one.usd));
    }
    return [...all].map(([key, sum]) => [...key.split(" "), sum] as [string, string, bigint]);
  };

  it("differs by nothing from the bill that is made from it, and any changed line is found", async () => {
    await fc.assert(
      fc.asyncProperty(ledgers, fc.nat(), fc.constantFrom(50n, 98n, 102n, 300n), async (calls, at, changed) => {
        const lines = sums(calls);
        const write = (those: typeof lines) =>
          usageCosts(...those.map(([day, model, sum]) => [day, model, formatUsd(sum)] as const));
        const entries = toEntries(calls);
        expect(await compared(entries, write(lines), { tolerance: 0 })).toMatchObject({
          ok: true,
          differenceUsd: "0",
          causes: [],
        });
        const place = at % lines.length;
        const other = lines.map(
          ([day, model, sum], index) =>
            [day, model, index === place ? (sum * changed) / 100n : sum] as (typeof lines)[number],
        );
        const result = await compared(entries, write(other));
        const found = result.lines.filter(({ ok }) => !ok).map(({ day, model }) => [day, model]);
        expect([result.ok, found]).toEqual([false, [lines[place]?.slice(0, 2)]]);
        expect(result.causes.flatMap(({ days }) => days)).toEqual([lines[place]?.[0]]);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what cannot be compared", () => {
  it.each([
    [{ tolerance: 2 }, "`tolerance` is `2`"],
    [{ from: "yesterday" }, '`from` is `"yesterday"`'],
    [{ tolerence: 0.1 }, "`reconcile` has no option `tolerence`"],
  ])("is refused: %j", async (options, message) => {
    await expect(compared([], usageCosts(), options as ReconcileOptions)).rejects.toThrow(message);
  });

  it("is found while the bill is read", async () => {
    const bill = usageCosts(["2026-09-01", GLM, "1"]).replace("USD", "EUR");
    await expect(compared([], bill)).rejects.toThrow(BillError);
    await expect(compared([], bill)).rejects.toMatchObject({ line: 2, currency: "EUR" });
  });
});
