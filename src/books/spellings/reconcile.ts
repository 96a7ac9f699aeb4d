import { tokenCount } from "../../base/counts.js";
import { isObject } from "../../base/json.js";
import { shown } from "../../base/shown.js";
import { withNotes } from "../with_notes.js";
import { saysNothing, type Reading, type SpelledUsage } from "./spelled.js";
import { countsOf } from "./unexplained.js";

/**
 * One reading of two: `usage_metadata`, which LangChain's classes make, and the server's own report beside it. Where both
 * say the same, the details of both count. Where they differ, the server's own counts if it adds up, with a warning.
 * @param isWhole - whether the answer is known to have come in one piece, so that nothing in it was added up
 */
export function reconcile(made: SpelledUsage | undefined, raw: Reading | undefined, isWhole = false): Reading {
  const said = raw?.usage;
  if (made === undefined || said === undefined) return { ...raw, usage: made ?? said };
  if (saysNothing(said) && !saysNothing(made)) return { ...raw, usage: made };
  if (raw?.isBetter === true) return raw;
  if (isSame(made, said)) return merged(made, said, raw);
  const times = isWhole ? undefined : timesCounted(made, said);
  if (times !== undefined) {
    const once = divided(said, times);
    const cost = { cost: shareOf(raw?.cost, times), upstreamCost: shareOf(raw?.upstreamCost, times) };
    return isSame(made, once) ? merged(made, once, { ...raw, ...cost }) : runningSum(made, raw);
  }
  const isSaidBetter = addsUp(said);
  const problem = `\`usage_metadata\` says ${countsOf(made)}, the server itself ${countsOf(said)}`;
  const warning = `${problem}: ${isSaidBetter ? "the server's" : "the former"} is counted`;
  return withNotes({ ...raw, usage: isSaidBetter ? said : made }, { warnings: [warning] });
}

function isSame(made: SpelledUsage, said: SpelledUsage): boolean {
  return made.input_tokens === said.input_tokens && made.output_tokens === said.output_tokens;
}

/** Merging chunks adds up the numbers in `response_metadata`, so that a report on several of them counts several times. */
function timesCounted(made: SpelledUsage, said: SpelledUsage): number | undefined {
  const input = tokenCount(made.input_tokens) ?? 0;
  const times = input > 0 ? (tokenCount(said.input_tokens) ?? 0) / input : 0;
  return Number.isInteger(times) && times > 1 ? times : undefined;
}

/** A server that raises its figure on every chunk leaves a sum that says nothing; neither does a cost beside it. */
function runningSum(made: SpelledUsage, raw: Reading | undefined): Reading {
  const { cost, upstreamCost: _, ...rest } = raw ?? {};
  const warnings = cost === undefined ? [] : ["the server's own cost was added up over a stream, and is not used"];
  return withNotes({ ...rest, usage: made }, { warnings });
}

function divided(usage: SpelledUsage, times: number): SpelledUsage {
  const part = (count: unknown) => (typeof count === "number" ? count / times : count);
  const parts = (details: object) =>
    Object.fromEntries(Object.entries(details).map(([name, count]) => [name, part(count)]));
  return Object.fromEntries(
    Object.entries(usage).map(([name, value]) => [name, isObject(value) ? parts(value) : part(value)]),
  );
}

function shareOf(cost: unknown, times: number): unknown {
  // A double that was added to itself is halved exactly; after more additions its last digits are not the server's.
  return typeof cost === "number" ? Number((cost / times).toPrecision(15)) : undefined;
}

function merged(made: SpelledUsage, said: SpelledUsage, raw: Reading | undefined): Reading {
  const usage: SpelledUsage = {
    ...made,
    ...said,
    ...details("input_token_details", made, said),
    ...details("output_token_details", made, said),
    ...details("units", made, said),
  };
  return withNotes({ ...raw, usage }, { warnings: contradictions(made, said) });
}

type Details = "input_token_details" | "output_token_details" | "units";

function details(name: Details, made: SpelledUsage, said: SpelledUsage): object {
  const both = { ...made[name], ...said[name] };
  return Object.keys(both).length === 0 ? {} : { [name]: both };
}

function contradictions(made: SpelledUsage, said: SpelledUsage): string[] {
  return (["input_token_details", "output_token_details"] as const).flatMap((name) =>
    Object.entries(said[name] ?? {}).flatMap(([detail, count]) => {
      const other = made[name]?.[detail];
      // Classes write 0 for what was not said.
      if (other === undefined || other === count || (other === 0 && count === undefined)) return [];
      return [
        `\`usage_metadata\` says ${shown(other)} of \`${detail}\`, the server itself ${shown(count)}: the server's is counted`,
      ];
    }),
  );
}

function addsUp({ input_tokens, output_tokens, total_tokens, output_token_details }: SpelledUsage): boolean {
  const input = tokenCount(input_tokens);
  const output = tokenCount(output_tokens);
  if (input === undefined || output === undefined) return false;
  const apart = tokenCount(output_token_details?.reasoning) ?? 0;
  return total_tokens === undefined || total_tokens === input + output || total_tokens === input + output + apart;
}
