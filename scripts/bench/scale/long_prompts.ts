import type { Work } from "./client.js";
import { modelAt } from "./models.js";
import { cpuMs, longestHoldMs } from "./watch.js";

const SENTENCE = "The spring tide of the 14th wasn't high: 4.2 m at Dover (see `tides.ts`), so we sailed. ";
const UNITS: Record<string, string> = { words: SENTENCE, blanks: " ", "one letter": "a" };

let asked = 0;

/** A text that no other call has: what is remembered of one is of no use for the next. */
function textOf(unit: string, size: number): string {
  asked++;
  return `${asked} ${unit.repeat(Math.ceil(size / unit.length)).slice(0, size)}`;
}

/** Milliseconds for which the loop is held by a call whose prompt has to be counted, since the server says no usage. */
export const holdOfUncountedPrompt: Work = async ({ who, variant = "words", size }, url) => {
  const model = await modelAt(who, url, "bare");
  const prompt = textOf(UNITS[variant] ?? SENTENCE, size);
  return longestHoldMs(() => model.invoke(prompt));
};

/** Milliseconds of CPU. */
export const cpuOfBigPrompt: Work = async ({ who, size }, url) => {
  const model = await modelAt(who, url, "whole");
  const prompt = textOf(SENTENCE, size);
  return cpuMs(() => model.invoke(prompt));
};
