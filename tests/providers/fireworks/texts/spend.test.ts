import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { spendOf } from "../../../../src/providers/fireworks/texts/spend.js";
import { Call, type Attempt } from "../../../../src/transport/call.js";
import { anyText } from "../../../support/any_text.js";
import { toUsage } from "../../../../src/base/usage.js";

const TEXT = "The tide is high today."; // 6 tokens, 23 characters
const answered: Attempt = { status: 200, reached: true };
const refused: Attempt = { status: 400, reached: true, error: "no" };
const gateway: Attempt = { status: 502, reached: true, error: "bad gateway" };
const broken: Attempt = { reached: true, error: "reset" };
const unreachable: Attempt = { reached: false, error: "refused" };

function callOf(...attempts: Attempt[]): Call {
  const call = new Call({});
  call.attempts.push(...attempts);
  call.end();
  return call;
}

describe("what a request used that is billed by its texts", () => {
  it.each<[string, Attempt[], number | undefined, string | undefined, number, [number, number] | "server"]>([
    ["the server's count", [answered], 12, undefined, 12, "server"],
    [
      "the server's count, after refusals and misses, which cost nothing",
      [refused, unreachable, answered],
      12,
      undefined,
      12,
      "server",
    ],
    ["our count where the server has none", [answered], undefined, undefined, 6, [0, 31]],
    ["the server's count and perhaps a lost attempt", [gateway, answered], 12, undefined, 12, [12, 43]],
    ["the server's count and perhaps two", [gateway, broken, answered], 12, undefined, 12, [12, 74]],
    ["our count of an attempt that broke, perhaps nothing", [broken], undefined, "reset", 6, [0, 31]],
    ["the server's count of an answer that is of no use", [answered], 12, "1 embeddings for 2 texts", 12, "server"],
    ["our count of one, perhaps nothing", [answered], undefined, "no JSON", 6, [0, 31]],
  ])("is %s", async (_, attempts, said, problem, tokens, bounds) => {
    const spend = await spendOf(
      callOf(...attempts),
      { texts: [TEXT] },
      said === undefined ? undefined : toUsage(said, 0),
      problem,
    );
    expect(spend.usage).toMatchObject({ input_tokens: tokens, output_tokens: 0 });
    expect(spend.usage_source).toBe(bounds === "server" ? "server" : "estimated");
    expect(spend.usage_estimate?.inputTokens).toEqual(bounds === "server" ? undefined : bounds);
  });

  it("says why it is an estimate", async () => {
    const reasons = [
      await spendOf(callOf(answered), { texts: [TEXT] }, undefined),
      await spendOf(callOf(gateway, answered), { texts: [TEXT] }, toUsage(1, 0)),
      await spendOf(callOf(broken), { texts: [TEXT] }, undefined, "The connection broke."),
    ].map(({ usage_estimate }) => usage_estimate?.reason);
    expect(reasons).toEqual([
      "the server reported no usage",
      "an attempt was lost on the way",
      "The connection broke.",
    ]);
  });

  it("lies within its bounds, whatever the texts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (texts) => {
        const { usage, usage_estimate } = await spendOf(callOf(answered), { texts }, undefined);
        const [low, high = NaN] = usage_estimate?.inputTokens ?? [NaN, NaN];
        expect(usage.input_tokens).toBeGreaterThanOrEqual(low);
        expect(usage.input_tokens).toBeLessThanOrEqual(high);
      }),
    );
  });

  it.each<[string, string, number, [number, number]]>([
    ["blanks, of which some vocabularies make no tokens", " ".repeat(1_280), 10, [0, 1_288]],
    ["one word, of which some make one token", "a".repeat(1_280), 160, [1, 1_288]],
    ["dashes", `tide ${"-".repeat(1_280)}`, 22, [1, 1_293]],
    ["a long word", "tide".repeat(250), 251, [1, 1_008]],
  ])("has bounds that hold for %s", async (_, text, tokens, bounds) => {
    const { usage, usage_estimate } = await spendOf(callOf(answered), { texts: [text] }, undefined);
    expect([usage.input_tokens, usage_estimate?.inputTokens]).toEqual([tokens, bounds]);
  });

  it("is by a sample where a count is not worth its time", async () => {
    const { usage, usage_estimate } = await spendOf(callOf(answered), { texts: ["tide".repeat(250_000)] }, undefined);
    expect(usage_estimate).toMatchObject({ inputTokens: [1, 1_000_008], method: "sample" });
    expect(usage.input_tokens / 250_000).toBeCloseTo(1, 1);
  });

  it("counts long texts as more than none, at the least", async () => {
    const { usage_estimate } = await spendOf(callOf(answered), { texts: ["tide ".repeat(100)] }, undefined);
    expect(usage_estimate?.inputTokens).toEqual([3, 508]);
  });
});
