import { AIMessage, HumanMessage, SystemMessage, type BaseMessage } from "@langchain/core/messages";
import type { CallPlan } from "./plan.js";
import { questionMark } from "./question.js";
import { Random } from "./random.js";
import { randomSize, randomText } from "./texts.js";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The messages of one of a call's prompts: the mark, random text, and now and then a history or an image. */
export function promptOf(seed: string, plan: CallPlan, part: number): BaseMessage[] {
  const random = new Random(`${seed}/${plan.index}/prompt/${part}`);
  const text = `${questionMark(plan.index, part)}${randomText(random, randomSize(random))}`;
  const withImage = plan.kind !== "ollama" && random.chance(0.05);
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } };
  const question = new HumanMessage(withImage ? { content: [{ type: "text", text }, image] } : text);
  if (!random.chance(0.25)) return [question];
  const thought = randomText(random, randomSize(random));
  return [
    new SystemMessage(randomText(random, random.int(1, 40))),
    question,
    new AIMessage({
      content: randomText(random, random.int(1, 60)),
      additional_kwargs: random.chance(0.5) ? { reasoning_content: thought } : {},
    }),
    new HumanMessage(randomText(random, random.int(1, 20))),
  ];
}

/** What a call asks for beside its prompt. */
export interface Extras {
  tools?: object[];
  response_format?: Record<string, unknown>;
  format?: Record<string, unknown>;
}

/** Tools or a schema for a call, or most often nothing. */
export function extrasOf(seed: string, plan: CallPlan): Extras {
  const random = new Random(`${seed}/${plan.index}/extras`);
  const parameters = parametersOf(random);
  if (random.chance(0.1)) {
    return {
      tools: [
        {
          type: "function",
          function: { name: "look_up", description: randomText(random, random.int(1, 30)), parameters },
        },
      ],
    };
  }
  if (!random.chance(0.05)) return {};
  if (plan.kind === "ollama") return { format: parameters };
  return { response_format: { type: "json_schema", json_schema: { name: "answer", schema: parameters } } };
}

function parametersOf(random: Random): Record<string, unknown> {
  const names = ["place", ...Array.from({ length: random.int(0, 60) }, (_, position) => `field_${position}`)];
  const properties = Object.fromEntries(
    names.map((name) => [name, { type: "string", description: randomText(random, random.int(1, 10)) }]),
  );
  return { type: "object", properties, required: ["place"] };
}
