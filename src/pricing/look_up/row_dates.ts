import { dateStart } from "./dates.js";
import type { PriceRow } from "./schema.js";

/** What has to be known of a row, or of an alias, to see whether another holds at the same time. */
type DatedRow = Pick<PriceRow, "id" | "provider" | "models" | "validFrom" | "validTo">;

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
export function findOverlap(rows: readonly DatedRow[]): Overlap | undefined {
  for (const [model, dated] of byModel(rows)) {
    for (const [at, row] of dated.entries()) {
      const next = dated[at + 1];
      if (next !== undefined && endOf(row) > startOf(next)) return { model, ids: [row.id, next.id] };
    }
  }
  return undefined;
}

/** All times between two rows of a model in which it has no price. */
export function findGaps(rows: readonly PriceRow[]): Gap[] {
  return [...byModel(rows)].flatMap(([model, dated]) =>
    dated.flatMap((row, at) => {
      const next = dated[at + 1];
      return row.validTo !== undefined && next?.validFrom !== undefined && endOf(row) < startOf(next)
        ? [{ model, from: row.validTo, to: next.validFrom }]
        : [];
    }),
  );
}

type Dates = Pick<PriceRow, "validFrom" | "validTo">;

/** Whether what has such dates holds at some time. */
export function isInOrder(dates: Dates): boolean {
  return startOf(dates) < endOf(dates);
}

/** When a row's price begins, and when it ends, in epoch milliseconds. */
function startOf({ validFrom }: Dates): number {
  return dateStart(validFrom) ?? -Infinity;
}

function endOf({ validTo }: Dates): number {
  return dateStart(validTo) ?? Infinity;
}

/** Rows by provider and model, in the order in which they begin. */
function byModel(rows: readonly DatedRow[]): Map<string, DatedRow[]> {
  const models = new Map<string, DatedRow[]>();
  for (const row of rows) {
    for (const model of row.models) {
      const key = `${row.provider} ${model.toLowerCase()}`;
      models.set(key, [...(models.get(key) ?? []), row]);
    }
  }
  for (const dated of models.values()) dated.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  return models;
}
