import { cleanLine } from "../../base/clean_text.js";
import { parseUsd, type Usd } from "../../base/money.js";
import type { Bucket, Buckets } from "./buckets.js";
import { costFigure, exactUsd, NONE, percentOf, rangeOf, readableUsd, type Figure } from "./figures.js";
import type { Group } from "./group_sums.js";
import { foreign, html, type Html } from "./html.js";
import { toTable } from "./table.js";

/** Models that have a colour of their own; the others share one. */
const MOST_SERIES = 7;
const LINES = 4;
const LABELS = 3;

interface Series {
  name: string | undefined;
  /** Its place among the colours and patterns. */
  look: number;
  costOf(bucket: Bucket): Usd;
}

/** Dollars by day and model, as stacked bars with a legend, and the same as a table. */
export function toChart({ unit, buckets }: Buckets, models: readonly Group[]): Html {
  const series = seriesOf(buckets, models);
  if (series.length === 0)
    return html`<p class="quiet">No call has a known cost above zero, so that there is nothing to draw.</p>`;
  const scale = scaleOf(buckets);
  const lines = Array.from({ length: LINES + 1 }, (_, line) => (scale * BigInt(LINES - line)) / BigInt(LINES));
  return html`<div class="chart">
      <div class="axis" aria-hidden="true">${lines.map((line) => html`<span>${axisUsd(line)}</span>`)}</div>
      <svg
        class="plot"
        width="100%"
        height="284"
        role="img"
        aria-labelledby="plot-title"
        aria-describedby="chart-legend"
      >
        <title id="plot-title">
          Cost by ${unit} and model, ${buckets[0]?.name} to ${buckets.at(-1)?.name}. The figures are in the table below.
        </title>
        <svg y="8" width="100%" height="240">
          ${lines.map((_, line) => html`<line class="rule" x1="0" x2="100%" y1="${(line * 100) / LINES}%" y2="${(line * 100) / LINES}%" />`)}${buckets.map((bucket, index) => bar(bucket, slotOf(index, buckets.length), series, scale))}
        </svg>
        ${buckets.map((bucket, index) => unknownMark(bucket, slotOf(index, buckets.length)))}${labels(buckets)}
      </svg>
    </div>
    ${legend(series, buckets)}
    <details>
      <summary>The chart as a table</summary>
      ${chartTable(unit, buckets, series)}
    </details>`;
}

function seriesOf(buckets: readonly Bucket[], models: readonly Group[]): Series[] {
  const named = models
    .filter(({ sums }) => sums.costUsd !== undefined && sums.costUsd !== "0")
    .slice(0, MOST_SERIES)
    .map(({ key }, look): Series => ({ name: key ?? "", look, costOf: ({ costs }) => costs.get(key ?? "") ?? 0n }));
  // What no other series has, so that each bar is exactly its total.
  const costOf = (bucket: Bucket) => named.reduce((left, one) => left - one.costOf(bucket), costOfAll(bucket));
  const others: Series = { name: undefined, look: MOST_SERIES, costOf };
  return buckets.some((bucket) => costOf(bucket) > 0n) ? [...named, others] : named;
}

function costOfAll({ sums }: Bucket): Usd {
  return sums.costUsd === undefined ? 0n : parseUsd(sums.costUsd);
}

function highOf({ sums }: Bucket): Usd | undefined {
  return sums.highUsd === undefined ? undefined : parseUsd(sums.highUsd);
}

/** The amount at the top: all costs are below it, and bands, unless they would make the bars tiny. */
function scaleOf(buckets: readonly Bucket[]): Usd {
  const most = buckets.map(costOfAll).reduce((a, b) => (a > b ? a : b), 1n);
  const high = buckets.map((bucket) => highOf(bucket) ?? 0n).reduce((a, b) => (a > b ? a : b), most);
  const top = high < 2n * most ? high : 2n * most;
  // The power of ten below a line, and how many of it a line takes: in quarters, for 2.5.
  const least = (top + BigInt(LINES) - 1n) / BigInt(LINES);
  const ten = 10n ** BigInt(least.toString().length - 1);
  const quarters =
    [4n, 6n, 8n, 10n, 12n, 16n, 20n, 24n, 30n, 32n, 40n].find((steps) => (steps * ten) / 4n >= least) ?? 40n;
  return ((quarters * ten) / 4n) * BigInt(LINES);
}

function axisUsd(amount: Usd): string {
  const usd = exactUsd(amount).slice(1);
  return readableUsd(usd).replace(/\.00$/, "");
}

function nameOf({ name }: Series): Html | string {
  return name === undefined ? "other models" : foreign(name);
}

interface Slot {
  /** In percent of the width, as `width` is. */
  x: number;
  width: number;
  middle: number;
}

function slotOf(index: number, count: number): Slot {
  const slot = 100 / Math.max(count, 7);
  const left = (100 - slot * count) / 2;
  return { x: left + slot * (index + 0.11), width: slot * 0.78, middle: left + slot * (index + 0.5) };
}

function bar(bucket: Bucket, slot: Slot, series: readonly Series[], scale: Usd): Html {
  let below = 0n;
  const parts = series.map((one) => {
    const cost = one.costOf(bucket);
    below += cost;
    return cost === 0n ? undefined : rect(`s${one.look}`, slot, below, cost, scale);
  });
  return html`<g><title>${titleOf(bucket, series)}</title>${parts}${band(bucket, slot, scale)}</g>`;
}

function rect(look: string, { x, width }: Slot, upTo: Usd, size: Usd, scale: Usd): Html {
  const [top, height] = [100 - percentOf(upTo, scale), percentOf(size, scale)];
  return html`<rect
    class="part ${look}"
    fill="url(#${look})"
    x="${round(x)}%"
    width="${round(width)}%"
    y="${round(top)}%"
    height="${round(height)}%"
  />`;
}

/** From the least to the most that it can have cost; up to the top where nothing bounds it. */
function band(bucket: Bucket, { x, width, middle }: Slot, scale: Usd): Html | undefined {
  if (rangeOf(bucket.sums) === undefined) return undefined;
  const high = highOf(bucket);
  const top = high === undefined || high > scale ? 0 : 100 - percentOf(high, scale);
  const bottom = 100 - percentOf(parseUsd(bucket.sums.lowUsd ?? "0"), scale);
  const open =
    top === 0 ? html`<text class="open" x="${round(middle)}%" y="11" text-anchor="middle">↑</text>` : undefined;
  return html`<rect
      class="band"
      x="${round(x)}%"
      width="${round(width)}%"
      y="${round(top)}%"
      height="${round(bottom - top)}%"
    /><line class="end" x1="${round(x)}%" x2="${round(x + width)}%" y1="${round(top)}%" y2="${round(top)}%" /><line
      class="end"
      x1="${round(x)}%"
      x2="${round(x + width)}%"
      y1="${round(bottom)}%"
      y2="${round(bottom)}%"
    />${open}`;
}

function unknownMark({ name, sums }: Bucket, { x, width }: Slot): Html | undefined {
  if (sums.unpricedCalls === 0) return undefined;
  return html`<rect class="mark" x="${round(x)}%" width="${round(width)}%" y="252" height="5"
    ><title>${name}: calls of unknown cost: ${sums.unpricedCalls}</title></rect
  >`;
}

function labels(buckets: readonly Bucket[]): (Html | undefined)[] {
  const last = buckets.length - 1;
  const count = Math.min(LABELS, buckets.length);
  return Array.from({ length: count }, (_, label) => {
    const index = count === 1 ? 0 : Math.round((label * last) / (count - 1));
    const { middle } = slotOf(index, buckets.length);
    const anchor = middle < 10 ? "start" : middle > 90 ? "end" : "middle";
    const x = anchor === "start" ? 0 : anchor === "end" ? 100 : middle;
    return html`<text class="label" x="${round(x)}%" y="276" text-anchor="${anchor}">${buckets[index]?.name}</text>`;
  });
}

function titleOf(bucket: Bucket, series: readonly Series[]): string {
  const { sums, name } = bucket;
  const parts = series
    .map((one) => [cleanLine(one.name ?? "other models"), one.costOf(bucket)] as const)
    .filter(([, cost]) => cost > 0n)
    .map(([model, cost]) => `${model}: ${readableUsd(exactUsd(cost).slice(1))}`);
  const range = rangeOf(sums);
  return [
    `${name}: ${sums.costUsd === undefined ? "no known cost" : readableUsd(sums.costUsd)}`,
    ...(range === undefined ? [] : [`from ${range.shown}`]),
    ...(sums.unpricedCalls === 0 ? [] : [`calls of unknown cost: ${sums.unpricedCalls}`]),
    ...parts,
  ].join("\n");
}

function legend(series: readonly Series[], buckets: readonly Bucket[]): Html {
  const items = series.map((one) => {
    const cost = buckets.reduce((sum, bucket) => sum + one.costOf(bucket), 0n);
    return html`<li>
      ${swatch(`s${one.look}`)}<span class="name">${nameOf(one)}</span>
      <b title="${exactUsd(cost)}">${readableUsd(exactUsd(cost).slice(1))}</b>
    </li>`;
  });
  const hasBand = buckets.some(({ sums }) => rangeOf(sums) !== undefined);
  const hasUnknown = buckets.some(({ sums }) => sums.unpricedCalls > 0);
  return html`<ul class="legend" id="chart-legend">
    ${items}${hasBand ? html`<li>${swatch("band")}<span>low to high, where usage is estimated (↑: nothing bounds it, or it is off the scale)</span></li>` : undefined}${hasUnknown ? html`<li>${swatch("mark")}<span>below a bar: some calls have no known cost</span></li>` : undefined}
  </ul>`;
}

function swatch(look: string): Html {
  return html`<svg class="swatch" width="18" height="14" aria-hidden="true">
    <rect class="${look}" fill="url(#${look})" x="1" y="1" width="16" height="12" />
  </svg>`;
}

function chartTable(unit: string, buckets: readonly Bucket[], series: readonly Series[]): Html {
  const rows = buckets.map((bucket): Figure[] => {
    const range = rangeOf(bucket.sums);
    const amounts = series.map((one) => {
      const usd = exactUsd(one.costOf(bucket)).slice(1);
      // Of a model without a known cost on that day, 0 would be said too much.
      if (usd === "0" && !bucket.costs.has(one.name ?? "")) return NONE;
      return { shown: readableUsd(usd), exact: `$${usd}`, sortBy: usd };
    });
    return [
      { shown: bucket.name, sortBy: bucket.name },
      costFigure(bucket.sums),
      range === undefined ? NONE : { shown: range.shown, exact: range.exact, sortBy: bucket.sums.lowUsd },
      ...amounts,
    ];
  });
  const columns = [unit, "all models", "low to high", ...series.map(nameOf)];
  return toTable({
    id: "chart-table",
    caption: "What the chart shows, in figures",
    columns,
    rows,
    sorted: { column: 0, order: "ascending" },
  });
}

function round(percent: number): number {
  return Number(percent.toFixed(3));
}

/** A pattern for each series, so that it is known by more than its colour. */
export const PATTERNS: Html = html`<svg class="patterns" width="0" height="0" aria-hidden="true">
  <defs>
    ${[
      "",
      "M-2 2l4-4M0 8l8-8M6 10l4-4",
      "M0 2h8M0 6h8",
      "M-2 6l4 4M0 0l8 8M6-2l4 4",
      "M2 0v8M6 0v8",
      "M1 2h2M5 6h2",
      "M0 4h8M4 0v8",
      "M0 4l4-4l4 4M0 12l4-4l4 4",
    ].map(
      (path, look) =>
        html`<pattern id="s${look}" width="8" height="8" patternUnits="userSpaceOnUse"
          ><rect class="c${look}" width="8" height="8" /><path class="ink" d="${path}"
        /></pattern>`,
    )}
  </defs>
</svg>`;
