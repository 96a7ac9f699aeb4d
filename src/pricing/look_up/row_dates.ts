import type { PriceRow } from "./schema.js";

/** Two rows of one model whose times overlap. */
export interface Overlap {
  model: string;
  ids: [string, string];
}

/** A time between two rows of one model in which neither holds. */
export interface Gap {
  model: string;
  from: string;
  to: string;
}

/** The first pair of rows that price one model at the same time. */
export function findOverlap(rows: readonly PriceRow[]): Overlap | undefined {
  for (const [model, dated] of byModel(rows)) {
    for (const [at, row] of dated.entries()) {
      const next = dated[at + 1];
      if (next !== undefined && (row.validTo ?? "9999") > (next.validFrom ?? ""))
        return { model, ids: [row.id, next.id] };
    }
  }
  return undefined;
}

/** All times between two rows of a model in which it has no price. */
export function findGaps(rows: readonly PriceRow[]): Gap[] {
  return [...byModel(rows)].flatMap(([model, dated]) =>
    dated.flatMap((row, at) => {
      const to = dated[at + 1]?.validFrom;
      return row.validTo !== undefined && to !== undefined && row.validTo < to
        ? [{ model, from: row.validTo, to }]
        : [];
    }),
  );
}

/** Rows by provider and model, in order of their first day. Days compare as text. */
function byModel(rows: readonly PriceRow[]): Map<string, PriceRow[]> {
  const models = new Map<string, PriceRow[]>();
  for (const row of rows) {
    for (const model of row.models) {
      const key = `${row.provider} ${model.toLowerCase()}`;
      models.set(key, [...(models.get(key) ?? []), row]);
    }
  }
  for (const dated of models.values()) dated.sort((a, b) => ((a.validFrom ?? "") < (b.validFrom ?? "") ? -1 : 1));
  return models;
}
