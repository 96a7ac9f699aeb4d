import { ChatFireworks, CostCallbackHandler, type CostCallbackHandlerInput } from "../../../src/index.js";
import { answerOf } from "../answers.js";
import { HISTORY, SHORT } from "../prompts.js";
import { inTurns } from "./rounds.js";
import { SHOWN_MODEL } from "../../demo/shown_model.js";

const AIM = 1.05;

/** Many short rounds: the difference that is looked for is smaller than what the machine's load does to a long one. */
const ROUNDS = { rounds: 41, warmUp: 10 };

/** Prints what a budget in memory adds to the CPU time of a call whose server answers at once, in this process. */
export async function measureInvoke(print: (line: string) => void): Promise<void> {
  for (const [title, prompt, times] of [
    ["invoke, short", SHORT, 100],
    ["invoke, history of 200 messages", HISTORY, 5],
  ] as const) {
    const ask = (model: ChatFireworks) => () => model.invoke(prompt);
    const steps = { without: ask(modelWith({})), with: ask(modelWith({ budget: { limitUsd: "1000000" } })) };
    const figures = await inTurns(steps, { ...ROUNDS, times });
    const [without = Number.NaN, withOne = Number.NaN] = [figures.get("without"), figures.get("with")];
    const ratio = withOne / without;
    print(
      `${title.padEnd(38)}${without.toFixed(0)} us of CPU without a budget, ${withOne.toFixed(0)} with one: ${ratio.toFixed(3)} (aim ${AIM}, ${ratio <= AIM ? "met" : "missed"})`,
    );
  }
}

function modelWith(input: CostCallbackHandlerInput): ChatFireworks {
  const { contentType, events } = answerOf("openai", "whole", 0);
  const headers = { "content-type": contentType };
  return new ChatFireworks({
    model: SHOWN_MODEL,
    apiKey: "none",
    maxTokens: 100,
    callbacks: [new CostCallbackHandler(input)],
    fetch: async () => new Response(events[0], { headers }),
  });
}
