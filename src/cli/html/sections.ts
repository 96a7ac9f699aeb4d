import { cleanLine } from "../../base/clean_text.js";
import type { BudgetSums } from "../../ledger/budget_sums.js";
import {
  costFigure,
  countFigure,
  NONE,
  rangeOf,
  readableCount,
  readableMs,
  shareFigure,
  tokensFigure,
  type Figure,
} from "./figures.js";
import { byKeyDown, type GroupSums, type ShownGroups, type Sums } from "./group_sums.js";
import { foreign, html, type Html } from "./html.js";
import type { PageSums } from "./page_sums.js";
import type { Quantiles } from "./quantiles.js";
import { toTable } from "./table.js";

/** The dearest groups of a table; the others are one row. */
const MOST_ROWS = 50;
/** A year of days, and one more. */
const MOST_DAYS = 366;

/** A part of the page with a heading. */
export function section(id: string, title: string, content: Html): Html {
  return html`<section aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}

const COLUMNS = [
  "cost",
  "low to high",
  "calls",
  "failed",
  "estimated",
  "unpriced",
  "tokens in",
  "cached",
  "tokens out",
];

/** What each group cost and used, the dearest first, with all others and the total below. */
export function groupSection(id: string, title: string, sums: GroupSums, total: Sums, note?: string): Html {
  return groupsSection(id, title, sums.shown(MOST_ROWS), total, note);
}

/** The same by day, the latest first. */
export function daySection(days: GroupSums, total: Sums): Html {
  return groupsSection("days", "Days", days.shown(MOST_DAYS, byKeyDown), total, "Days of the start, in UTC.");
}

function groupsSection(
  id: string,
  title: string,
  { groups, others, count }: ShownGroups,
  total: Sums,
  note = "",
): Html {
  const isDays = id === "days";
  const first = isDays ? "latest" : "dearest";
  const all = others?.count === undefined ? `the first ${readableCount(count)}` : readableCount(count);
  const caption =
    others === undefined
      ? `${count === 1 ? `1 ${id.slice(0, -1)}` : `All ${readableCount(count)} ${id}`}. ${note}`
      : `The ${groups.length} ${first} of ${all} ${id}. ${note}`;
  const rows = groups.map(({ key, sums }) => [keyFigure(key), ...cells(sums)]);
  const more = others?.count === undefined ? "all others" : `${readableCount(others.count)} others`;
  const foot = [
    ...(others === undefined ? [] : [[{ shown: more }, ...cells(others.sums)]]),
    [{ shown: "total" }, ...cells(total)],
  ];
  const sorted = isDays ? { column: 0, order: "descending" as const } : { column: 1, order: "descending" as const };
  return section(id, title, toTable({ id, caption, columns: [id.slice(0, -1), ...COLUMNS], rows, foot, sorted }));
}

function keyFigure(key: string | null): Figure {
  return key === null ? { shown: html`<em class="none">(none)</em>` } : { shown: foreign(key), sortBy: cleanLine(key) };
}

function cells(sums: Sums): Figure[] {
  const { calls, errorCalls, abortedCalls, deniedCalls } = sums;
  return [
    costFigure(sums),
    rangeFigure(sums),
    countFigure(calls),
    countFigure(errorCalls + abortedCalls + deniedCalls),
    countFigure(sums.estimatedCalls),
    countFigure(sums.unpricedCalls),
    tokensFigure(sums.inputTokens),
    shareFigure(sums.cachedInputTokens, sums.cacheableTokens),
    tokensFigure(sums.outputTokens),
  ];
}

function rangeFigure(sums: Sums): Figure {
  const range = rangeOf(sums);
  return range === undefined ? NONE : { ...range, sortBy: sums.lowUsd };
}

/** How long calls took that succeeded. */
export function latencySection({ latencies, firstTokens, models }: PageSums): Html | undefined {
  const { groups, others } = models.shown(MOST_ROWS);
  const rows = groups.flatMap(({ key }) => {
    const whole = latencies.get(key ?? "");
    if (whole === undefined) return [];
    const first = firstTokens.get(key ?? "");
    return [
      [
        keyFigure(key),
        countFigure(whole.count),
        msFigure(whole, 0.5),
        msFigure(whole, 0.95),
        msFigure(first, 0.5),
        msFigure(first, 0.95),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  const columns = [
    "model",
    "calls",
    "median",
    "95th percentile",
    "first token, median",
    "first token, 95th percentile",
  ];
  const which = others === undefined ? "" : ` The ${groups.length} dearest models.`;
  const caption = `Of calls that succeeded, from start to end as their caller saw it. Within 1 %.${which}`;
  return section("latency", "Latency", toTable({ id: "latency", caption, columns, rows }));
}

function msFigure(quantiles: Quantiles | undefined, share: number): Figure {
  const ms = quantiles?.at(share);
  return ms === undefined ? NONE : { shown: readableMs(ms), sortBy: String(Math.round(ms)) };
}

/** Failures, and what they cost. */
export function failureSection({ failures, failed }: PageSums): Html | undefined {
  const total = failed.sums();
  if (total.calls === 0) return undefined;
  const { groups, others } = failures.shown(MOST_ROWS);
  const row = (name: Figure, sums: Sums): Figure[] => [
    name,
    countFigure(sums.calls),
    costFigure(sums),
    rangeFigure(sums),
    tokensFigure(sums.inputTokens),
    tokensFigure(sums.outputTokens),
  ];
  const foot = [
    ...(others === undefined ? [] : [row({ shown: "all others" }, others.sums)]),
    row({ shown: "total" }, total),
  ];
  const columns = ["how it ended", "calls", "cost", "low to high", "tokens in", "tokens out"];
  const rows = groups.map(({ key, sums }) => row(keyFigure(key), sums));
  const caption = "Calls that ended with an error, were aborted or denied, and what they cost all the same.";
  const sorted = { column: 2, order: "descending" } as const;
  return section("failures", "Failures", toTable({ id: "failures", caption, columns, rows, foot, sorted }));
}

/** What each budget denied and was charged. */
export function budgetSection(budgets: readonly BudgetSums[]): Html | undefined {
  if (budgets.length === 0) return undefined;
  const rows = budgets
    .slice(0, MOST_DAYS)
    .map(({ name, deniedCalls, settled }): Figure[] => [
      keyFigure(name),
      countFigure(deniedCalls),
      { shown: settled, sortBy: settled },
    ]);
  const which =
    budgets.length > rows.length ? ` The first ${rows.length} of ${readableCount(budgets.length)} budgets.` : "";
  const caption = `Charged in what each limits: USD, tokens or calls.${which}`;
  return section(
    "budgets",
    "Budgets",
    toTable({ id: "budgets", caption, columns: ["budget", "denied calls", "charged"], rows }),
  );
}
