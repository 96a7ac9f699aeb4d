type Json = Record<string, unknown>;

/** What a model says: a text, or a call of a tool. */
interface ShownAnswer {
  text: string;
  call?: { name: string; arguments: Json };
}

export const TIDES = "Tides are the rise and fall of the sea.";

const OCEAN = { name: "Pacific", depth: 4280 };

/** The answer to the questions that the pages of all chat models ask, on either wire; `undefined` to any other. */
export function shownAnswer(body: Json): ShownAnswer | undefined {
  const messages = body.messages as Json[]; // as every request of a chat model has it
  const last = messages.at(-1);
  const question = JSON.stringify(last?.content ?? "");
  if (last?.role === "tool") return { text: `It is ${String(last.content)}.` };
  if (question.includes("What is the weather in Paris?"))
    return { text: "", call: { name: "get_weather", arguments: { city: "Paris" } } };
  if (question.includes("Name an ocean and its depth."))
    return body.tools === undefined
      ? { text: JSON.stringify(OCEAN) }
      : { text: "", call: { name: "extract", arguments: OCEAN } };
  if (question.includes("What is in the picture?")) return { text: "A single pixel." };
  return question.includes("What are tides?") ? { text: TIDES } : undefined;
}

/** The pieces in which a text is streamed here. */
export const pieces = (text: string): string[] => [text.slice(0, 10), text.slice(10)];
