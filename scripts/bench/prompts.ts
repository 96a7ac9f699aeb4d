import { AIMessage, HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { tool, type StructuredToolInterface } from "@langchain/core/tools";
import { z } from "zod";

const TOOLS = 40;
const MESSAGES = 200;

export const SHORT: BaseMessage[] = [new HumanMessage("When is high water at Dover today?")];

/** A long talk: questions and answers of a few hundred characters. */
export const HISTORY: BaseMessage[] = Array.from({ length: MESSAGES }, (_, index) => {
  const text = `${index}: The spring tide of the 14th was not high: 4.2 m at Dover, so we sailed. `.repeat(4);
  return index % 2 === 0 ? new HumanMessage(text) : new AIMessage(text);
});

/** Tools with schemas as they are written by hand: a few fields, some nested, each described. */
export function tools(): StructuredToolInterface[] {
  return Array.from({ length: TOOLS }, (_, index) =>
    tool(() => "done", {
      name: `look_up_${index}`,
      description: `Looks up what is known of a harbour, in register ${index}.`,
      schema: z.object({
        harbour: z.string().describe("The name of the harbour"),
        days: z.number().int().min(1).max(30).optional().describe("How many days ahead"),
        unit: z.enum(["metres", "feet"]).describe("The unit of heights"),
        place: z.object({ latitude: z.number(), longitude: z.number() }).optional().describe("Where, if it is known"),
        tags: z.array(z.string()).describe("What it is looked up for"),
      }),
    }),
  );
}
