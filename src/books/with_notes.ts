import type { UsageNotes } from "../ledger/noted.js";

/** A report or reading with more to say of it, beside all that is said of it already: nothing is said twice, or lost. */
export function withNotes<Noted extends UsageNotes>(noted: Noted, more: UsageNotes): Noted {
  const assumptions = both(noted.assumptions, more.assumptions);
  const warnings = both(noted.warnings, more.warnings);
  const atLeast = both(reasonsIn(noted), reasonsIn(more)).join("; ");
  return {
    ...noted,
    ...(assumptions.length === 0 ? {} : { assumptions }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(atLeast === "" ? {} : { atLeast }),
  };
}

function both(a: readonly string[] = [], b: readonly string[] = []): string[] {
  return [...new Set([...a, ...b])];
}

function reasonsIn({ atLeast }: UsageNotes): string[] {
  return atLeast === undefined ? [] : [atLeast];
}
