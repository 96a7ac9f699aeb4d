import { describe, expect, it } from "@jest/globals";
import type { ChatRequest } from "../../scripts/simulate/chat_request.js";
import { generate } from "../../scripts/simulate/generation.js";
import { Random } from "../../scripts/simulate/random.js";
import { outputOf } from "../../scripts/simulate/streaming.js";
import { VOCABULARIES } from "../../scripts/simulate/tokens.js";

const TOOL = { type: "function", function: { name: "look_up" } };

describe("the server under test", () => {
  it("keeps to an output limit, hidden tokens and tool calls included", () => {
    const random = new Random("limits");
    const over: object[] = [];
    let cut = 0;
    for (let draw = 0; draw < 3_000; draw++) {
      const maxTokens = random.int(1, random.pick([3, 40, 400]));
      const request: ChatRequest = {
        wire: "openai",
        model: "model",
        messages: [],
        tools: [TOOL],
        stream: true,
        asksForUsage: true,
        maxTokens,
        n: 1,
        mark: { index: 0, part: 0 },
        turn: 0,
      };
      const options = {
        vocabulary: random.pick(VOCABULARIES),
        callsTool: random.chance(0.3),
        beginsVisibly: random.chance(0.3),
      };
      const { steps, finish } = generate(request, random, options);
      if (outputOf(steps) > maxTokens) over.push({ maxTokens, options, steps });
      if (finish === "length") cut++;
    }
    expect(over).toEqual([]);
    expect(cut).toBeGreaterThan(500);
  });
});
