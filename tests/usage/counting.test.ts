import { beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { LONGEST_PIECE } from "../../src/usage/bpe/steps.js";
import { Counting } from "../../src/usage/counting.js";
import { FOR_COUNTS, FOR_ESTIMATES, type Pace } from "../../src/usage/pace.js";
import { estimatePrompt } from "../../src/usage/estimate.js";
import { estimateUsage } from "../../src/usage/estimate_usage.js";
import { promptParts } from "../../src/usage/prompt_parts.js";
import { loadTokenizer, type Tokenizer } from "../../src/usage/tokenizer.js";
import { WORK_PER_TURN } from "../../src/usage/turns.js";
import { anyText } from "../support/any_text.js";
import { Loop } from "./loop.js";

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer();
});

const estimates = (loop: Loop): Pace => ({ ...FOR_ESTIMATES, turns: loop.turns, now: loop.now });
const counts = (loop: Loop): Pace => ({ ...FOR_COUNTS, turns: loop.turns, now: loop.now });

async function countOf(text: string, pace: Pace) {
  const [counted] = await (await Counting.start(pace)).count([{ texts: [text] }]);
  return counted;
}

const WORDS = "The tides come twice a day because the Moon pulls at the water, and the Earth turns under it. ";
/** Random enough, and the same in every run. */
function random(length: number, from: number, size: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCodePoint(from + (state % size));
  }).join("");
}
const fill = (unit: string) => (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

const kinds: [what: string, make: (length: number) => string][] = [
  ["words", fill(WORDS)],
  [
    "base64",
    (n) =>
      Buffer.from(random(n, 0, 256), "latin1")
        .toString("base64")
        .slice(0, n),
  ],
  ["emoji", fill("😀🎉")],
  ["one letter", fill("a")],
  ["random letters", (n) => random(n, 97, 26)],
  ["symbols", fill("!@#$%^&*")],
  ["CJK without a stop", (n) => random(n, 0x4e00, 0x5000)],
  ["newlines", fill("\n")],
  ["spaces", fill(" ")],
];

describe("a count", () => {
  it.each(kinds)("of %s lets others go first", async (_what, make) => {
    const loop = new Loop();
    const text = make(100_000);
    const counted = await countOf(text, counts(loop));
    // A piece of one kind has one token more at each cut.
    expect(counted?.tokens).toBeGreaterThanOrEqual(tokenizer.count(text));
    expect(counted?.tokens).toBeLessThanOrEqual(tokenizer.count(text) + Math.ceil(text.length / LONGEST_PIECE));
    expect(counted?.method).toBe("o200k");
    expect(loop.mostHeld).toBeLessThan(2 * WORK_PER_TURN);
  });

  it("is exact where no piece is very long, whatever the texts", async () => {
    const parts = fc.array(anyText, { maxLength: 8 }).map((texts) => texts.join("\n\nx "));
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 6 }), async (part, times) => {
        const text = part.replace(/([^\s\w])\1{100,}|(\w)\2{900,}|(\s)\3{900,}/gu, "$1").repeat(times);
        expect(await countOf(text, counts(new Loop()))).toMatchObject({
          tokens: tokenizer.count(text),
          bytes: Buffer.byteLength(text),
        });
      }),
      { numRuns: 60 },
    );
  });

  it("cuts no pair of surrogates", async () => {
    for (const before of ["", "x"]) {
      const text = before + "😀".repeat(20_000);
      expect((await countOf(text, counts(new Loop())))?.bytes).toBe(Buffer.byteLength(text));
    }
  });
});

describe("the count of a call's prompt", () => {
  it("is whole where that is worth its time", async () => {
    const text = WORDS.repeat(5_000);
    expect(await countOf(text, estimates(new Loop()))).toEqual({
      tokens: tokenizer.count(text),
      bytes: text.length,
      method: "o200k",
    });
  });

  it.each(kinds)("is by a sample where it is not: %s", async (what, make) => {
    const loop = new Loop();
    const text = make(what === "words" ? 4_000_000 : 400_000);
    const counted = await countOf(text, estimates(loop));
    const exact = what === "words" ? tokenizer.count(make(40_000)) * 100 : tokenizer.count(text);
    expect(counted?.method).toBe("sample");
    expect((counted?.tokens ?? 0) / exact).toBeGreaterThan(0.95);
    expect((counted?.tokens ?? 0) / exact).toBeLessThan(1.05);
    expect(counted?.bytes).toBe(Buffer.byteLength(text));
    expect(loop.work).toBeLessThan(8 * WORK_PER_TURN);
  });

  it("is by its length where there was no time, and its bounds hold all the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 4 }), fc.nat({ max: 3 }), async (texts, after) => {
        const exact = texts.reduce((sum, text) => sum + tokenizer.count(text), 0);
        let asked = 0;
        const now = () => (asked++ > after ? 100 : 0);
        const counting = await Counting.start({ ...FOR_ESTIMATES, turns: new Loop().turns, now });
        const parts = promptParts(texts.map((text) => new HumanMessage(text)));
        const { tokens, low, high, method } = await estimatePrompt(parts, counting);
        expect(low).toBeLessThanOrEqual(Math.min(tokens, exact));
        expect(high).toBeGreaterThanOrEqual(Math.max(tokens, exact));
        if (after === 0 && texts.some((text) => text !== "")) expect(method).toBe("bytes");
      }),
    );
  });

  it("holds no loop and lets no call wait, where hundreds are cut at once", async () => {
    const loop = new Loop();
    const ended: number[] = [];
    const methods = await Promise.all(
      Array.from({ length: 400 }, async (_, index) => {
        const counted = await countOf(`${index} ${WORDS.repeat(2_000)}`, estimates(loop));
        ended.push(loop.now());
        return counted?.method;
      }),
    );
    expect(loop.mostHeld).toBeLessThan(2 * WORK_PER_TURN);
    expect(Math.max(...ended)).toBeLessThan(110);
    expect(new Set(methods)).toEqual(new Set(["o200k", "sample"]));
  });

  it("waits for nobody who holds the loop", async () => {
    const loop = new Loop();
    loop.busyMs = 60;
    const counted = await countOf(WORDS.repeat(8_000), estimates(loop));
    expect(counted?.method).toBe("sample");
    expect(loop.perTurn.length).toBe(2);
  });
});

describe("a prompt that is sent again", () => {
  const history = () => [
    new HumanMessage(WORDS.repeat(300)),
    new AIMessage({ content: WORDS, tool_calls: [{ id: "1", name: "tide", args: { at: WORDS } }] }),
    new HumanMessage("Why?"),
  ];
  const estimate = async (loop: Loop, ...prompt: Parameters<typeof promptParts>) =>
    estimatePrompt(promptParts(...prompt), await Counting.start(estimates(loop)));

  it("is counted once for the life of its messages and tools", async () => {
    const messages = history();
    const tool = { type: "function", function: { name: "tide", description: WORDS } };
    const first = new Loop();
    const second = new Loop();
    const before = await estimate(first, messages, [tool]);
    expect(await estimate(second, messages, [tool])).toEqual(before);
    expect(first.work).toBeGreaterThan(5_000);
    expect(second.work).toBe(0);
  });

  it("has only what is new counted", async () => {
    const messages = history();
    await estimate(new Loop(), messages);
    const loop = new Loop();
    await estimate(loop, [...messages, new HumanMessage("And then?")]);
    expect(loop.work).toBeLessThan(20);
  });

  it("is counted again where a message was changed", async () => {
    const messages = history();
    const [, answer] = messages;
    const before = await estimate(new Loop(), messages);
    if (AIMessage.isInstance(answer) && answer.tool_calls?.[0]) answer.tool_calls[0].args.more = WORDS;
    const after = await estimate(new Loop(), messages);
    expect(after).toEqual(
      await estimate(
        new Loop(),
        messages.map((message) => Object.assign(history()[0] ?? message, {}, message)),
      ),
    );
    expect(after.tokens).toBeGreaterThan(before.tokens + 15);
  });

  it("is sampled once, where it is not worth a count", async () => {
    const messages = [new HumanMessage("a".repeat(500_000)), new HumanMessage("Why?")];
    const before = await estimate(new Loop(), messages);
    const loop = new Loop();
    expect(Math.abs((await estimate(loop, messages)).tokens - before.tokens)).toBeLessThan(5);
    expect(before.method).toBe("sample");
    expect(loop.work).toBeLessThan(20);
  });

  it("is not sampled for those who ask for the count itself", async () => {
    const messages = [new HumanMessage("a".repeat(100_000))];
    await estimate(new Loop(), messages);
    const exact = await estimatePrompt(promptParts(messages), await Counting.start(counts(new Loop())));
    expect(exact.method).toBe("o200k");
  });
});

describe("what is estimated of a call", () => {
  const call = { delivered: [], reason: "cut", complete: false, answered: 1, lost: 0 };

  it("says by what it was counted, where that is not all of the text", async () => {
    const estimateOf = async (text: string) =>
      (await estimateUsage({ ...call, prompt: promptParts([new HumanMessage(text)]) })).estimate.method;
    expect(await estimateOf(WORDS)).toBeUndefined();
    expect(await estimateOf("a".repeat(500_000))).toBe("sample");
  });

  it("counts no prompt that the server has counted, or of which bounds are enough", async () => {
    const prompt = promptParts([new HumanMessage(WORDS.repeat(1_000))]);
    const reported = { input_tokens: 20_000, output_tokens: 5, total_tokens: 20_005 };
    for (const known of [{ running: { input_tokens: 20_000 } }, { answered: 0, lost: 1, reported }]) {
      const loop = new Loop();
      const { usage, estimate } = await estimateUsage({ ...call, ...known, prompt }, estimates(loop));
      expect(usage.input_tokens).toBe(20_000);
      expect(estimate.method).toBeUndefined();
      // Its bytes alone: a token for each four characters would be more.
      expect(loop.work).toBeLessThan((WORDS.length * 1_000) / 20);
    }
  });
});
