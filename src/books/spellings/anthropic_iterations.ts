import { fieldsOf, itemsOf, nonEmpty } from "../../base/json.js";
import { shown } from "../../base/shown.js";
import { usageOfAnthropic } from "./anthropic_usage.js";
import { sumOfCounts } from "./sum_of_counts.js";
import { known, spelled, type Fields, type SpelledUsage } from "./spelled.js";

/**
 * Usage with the tokens that compactions took, which its own counts leave out. Turns of the model are in them; so is the
 * answer of the model that was fallen back on, and those before it cost nothing.
 * https://platform.claude.com/docs/en/build-with-claude/compaction
 */
export function withCompactions(usage: SpelledUsage, raw: Fields): SpelledUsage {
  return iterationsOf(raw)
    .filter(({ type }) => type === "compaction")
    .map((iteration) => usageOfAnthropic(iteration) ?? {})
    .reduce<SpelledUsage>(sum, usage);
}

const COUNTED: readonly unknown[] = ["message", "compaction", "fallback_message"];

/** What was billed beside the counts: other models' advice at their own prices, and what nobody here knows. */
export function uncountedIterations(raw: Fields): string[] {
  const others = iterationsOf(raw).filter(({ type }) => !COUNTED.includes(type));
  const models = others.map(({ model, type }) => `\`${nonEmpty(model) ?? shown(type)}\``);
  return [...new Set(models)].map((model) => `tokens of ${model} were counted apart`);
}

function iterationsOf({ iterations }: Fields): Fields[] {
  return itemsOf(iterations).map(fieldsOf);
}

function sum(a: SpelledUsage, b: SpelledUsage): SpelledUsage {
  return (
    spelled({
      input_tokens: sumOfCounts(a.input_tokens, b.input_tokens),
      output_tokens: sumOfCounts(a.output_tokens, b.output_tokens),
      input_token_details: sumOfDetails(a.input_token_details, b.input_token_details),
      output_token_details: sumOfDetails(a.output_token_details, b.output_token_details),
      units: sumOfDetails(a.units, b.units),
    }) ?? a
  );
}

function sumOfDetails<Details extends object>(a: Details | undefined, b: Details | undefined): Details | undefined {
  const entries = Object.entries(b ?? {}).map(([name, count]) => [name, sumOfCounts(fieldsOf(a)[name], count)]);
  return known({ ...a, ...Object.fromEntries(entries) } as Details); // the same fields
}
