import type { Compared } from "./compared.js";
import type { Sides } from "./sides.js";

/** What is to be known of a comparison, beside its figures. */
export function notesOf(all: readonly Compared[], sides: Sides, areIdsCut: boolean, across: number): string[] {
  const { compared, ofOthers, outside } = sides.entries;
  const unbounded = count(all, ({ group }) => group.ours.tally.totals().unboundedCalls);
  const whose = sides.providers.map((name) => `\`${name}\``).join(", ");
  const notes: (string | false)[] = [
    compared === 0 &&
      `No call of the ledger is of ${whose === "" ? "a provider that the bill names" : whose}: name the provider that the ledger has for this bill.`,
    ofOthers > 0 && `Calls of other providers, which are not on this bill: ${ofOthers}.`,
    outside > 0 && `Calls of other days, which were left out: ${outside}.`,
    count(all, ({ line }) => line.unpricedCalls) > 0 &&
      `Calls without a known cost, which are not in ours: ${count(all, ({ line }) => line.unpricedCalls)}.`,
    count(all, ({ line }) => line.estimatedCalls) > 0 &&
      `Calls with estimated usage (low to high contains what they can have cost): ${count(all, ({ line }) => line.estimatedCalls)}.`,
    unbounded > 0 &&
      `Calls that nothing bounds from above: ${unbounded}. On their days and models there is no upper limit.`,
    across > 0 &&
      `Calls that began on one day and ended on another: ${across}. The bill may have them on either, so that both days are judged together.`,
    areIdsCut && "The bill has more answers than can be kept in mind: the rest is compared by day and model alone.",
    all.some(({ group }) => group.theirs.isOfQuantities) &&
      "This bill has quantities and no dollars. It does not tell cached tokens: its dollars are at our prices, with as many cached tokens as the ledger has.",
    edges(all),
  ];
  return notes.filter((note) => note !== false);
}

function count(all: readonly Compared[], of: (one: Compared) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0);
}

/** Which days both sides can have, where one of them begins or ends sooner. */
function edges(all: readonly Compared[]): string | false {
  const [ours, theirs] = [
    (one: Compared) => one.group.ours.calls > 0,
    (one: Compared) => one.group.theirs.lines > 0,
  ].map((has) => all.filter(has).map(({ line }) => line.day));
  const [from, to] = [last([ours?.[0], theirs?.[0]], 1), last([ours?.at(-1), theirs?.at(-1)], -1)];
  const [first, end] = [all[0]?.line.day, all.at(-1)?.line.day];
  if (from === undefined || to === undefined || from > to || (from === first && to === end)) return false;
  return `One side begins or ends on another day than the other. Both have ${from} to ${to}: \`from\` and \`to\` compare those alone.`;
}

function last(days: readonly (string | undefined)[], direction: 1 | -1): string | undefined {
  const [a, b] = days;
  if (a === undefined || b === undefined) return undefined;
  return a > b === direction > 0 ? a : b;
}
