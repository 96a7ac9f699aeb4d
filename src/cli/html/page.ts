import { counted } from "../../base/counted.js";
import { cleanLine } from "../../base/clean_text.js";
import { createHash } from "node:crypto";
import { toBuckets } from "./buckets.js";
import { PATTERNS, toChart } from "./chart.js";
import {
  costFigure,
  rangeOf,
  readableCount,
  readableMs,
  shareFigure,
  readableTokens,
  tokensFigure,
  type Figure,
} from "./figures.js";
import type { Sums } from "./group_sums.js";
import { foreign, Html, html } from "./html.js";
import type { PageSums } from "./page_sums.js";
import { SCRIPT } from "./script.js";
import { budgetSection, daySection, failureSection, groupSection, latencySection, section } from "./sections.js";
import { STYLE } from "./style.js";

/** What a page is of. */
export interface PageOf {
  /** The ledger's name. */
  name: string;
  /** When the page is made. */
  at: Date;
}

/** The page: one file that loads nothing. Its policy lets no script and no style run but its own two, known by their hashes. */
export function toPage(sums: PageSums, of: PageOf): string {
  const policy = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>What the calls cost: ${foreignText(of.name)}</title>
        <link rel="icon" href="data:," />
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">To the figures</a>${PATTERNS} ${header(sums, of)}
        <main id="main" tabindex="-1">${sections(sums)}</main>
        <footer>
          <p>
            Amounts are exact sums in USD, rounded only to be read: each says its exact figure on hover, and those in
            tables to screen readers. “unpriced” and “?” are unknown, not zero. Low to high contains what calls with
            estimated usage can have cost.
          </p>
        </footer>
        ${new Html(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** A title has no elements. */
function foreignText(name: string): Html {
  return html`${cleanLine(name)}`;
}

function header({ days }: PageSums, { name, at }: PageOf): Html {
  const known = [...days.entries()].map(([day]) => day ?? "").sort();
  const period = known.length === 0 ? "No calls" : known.length === 1 ? known[0] : `${known[0]} to ${known.at(-1)}`;
  return html`<header>
    <h1>What the calls cost</h1>
    <p class="quiet">
      ${foreign(name)} · ${foreign(period ?? "")} (UTC) · as of ${at.toISOString().slice(0, 16).replace("T", " ")} UTC
    </p>
  </header>`;
}

function sections(sums: PageSums): readonly (Html | undefined)[] {
  const total = sums.total.sums();
  if (total.calls === 0)
    return [notes(sums, total), section("empty", "No calls yet", html`<p>There is no call in this ledger.</p>`)];
  const models = sums.models.shown(50).groups;
  const buckets = toBuckets(sums);
  return [
    section("sum", "In all", cards(sums, total)),
    notes(sums, total),
    section("chart", `Cost by ${buckets.unit} and model`, toChart(buckets, models)),
    groupSection("models", "Models", sums.models, total),
    latencySection(sums),
    groupSection("users", "Users", sums.users, total),
    groupSection(
      "tags",
      "Tags",
      sums.tags,
      total,
      "A call with several tags is in several rows, and in the total once.",
    ),
    groupSection("agents", "Agents", sums.agents, total),
    failureSection(sums),
    budgetSection(sums.budgets.sums()),
    daySection(sums.days, total),
  ];
}

function cards({ latency, failed }: PageSums, total: Sums): Html {
  const range = rangeOf(total);
  const median = latency.at(0.5);
  return html`<dl class="cards">
    ${[
      card(
        "Cost",
        costFigure(total),
        range === undefined ? "" : html`<span title="${range.exact}">from ${range.shown}</span>`,
        "first",
      ),
      card(
        "Calls",
        { shown: readableCount(total.calls) },
        total.cacheHits === 0 ? "" : `${readableCount(total.cacheHits)} answered by LangChain's cache`,
      ),
      card(
        "Tokens in",
        tokensFigure(total.inputTokens),
        html`${shareFigure(total.cachedInputTokens, total.cacheableTokens).shown} cached, where the server says it`,
      ),
      card(
        "Tokens out",
        tokensFigure(total.outputTokens),
        total.reasoningTokens === 0 ? "" : `${readableTokens(total.reasoningTokens)} for reasoning`,
      ),
      failedCard(failed.sums(), total),
      median === undefined
        ? undefined
        : card(
            "Latency, median",
            { shown: readableMs(median) },
            `95th percentile ${readableMs(latency.at(0.95) ?? median)}`,
          ),
    ]}
  </dl>`;
}

function failedCard(lost: Sums, { calls }: Sums): Html {
  const cost = lost.calls === 0 ? "" : html`${share(lost.calls, calls)} of the calls; cost ${costFigure(lost).shown}`;
  return card("Failed", { shown: readableCount(lost.calls) }, cost);
}

function share(part: number, whole: number): string {
  const { shown } = shareFigure(part, whole);
  return typeof shown === "string" ? shown : "–";
}

function card(title: string, { shown, exact }: Figure, small: string | Html, kind = ""): Html {
  return html`<div class="card ${kind}"><dt>${title}</dt><dd><b${exact === undefined ? undefined : html` title="${exact}"`}>${shown}</b><small>${small}</small></dd></div>`;
}

/** What the figures leave open. */
function notes({ skipped, skippedLines, repeated, prices }: PageSums, total: Sums): Html | undefined {
  const { staleCalls, maxPriceAgeDays, oldest } = prices.sums;
  const { unpricedCalls, estimatedCalls, unboundedCalls, callsWithoutUsage } = total;
  const unsaid = skippedLines > skipped.length ? [`and ${readableCount(skippedLines - skipped.length)} more`] : [];
  const all: [count: number, one: string, many: string, rest: string][] = [
    [unpricedCalls, "call has", "calls have", "no known cost, and no part in the sums of dollars (“+ ?”)."],
    [estimatedCalls, "call has", "calls have", "estimated usage: “low to high” contains what that can have cost."],
    [unboundedCalls, "call has", "calls have", "no upper bound (“to ?”)."],
    [callsWithoutUsage, "call", "calls", "reported no usage, with no part in the sums of tokens."],
    [
      staleCalls,
      "call was",
      "calls were",
      `priced by what nobody had checked for more than ${counted(maxPriceAgeDays, "day")}. The oldest is ${oldest?.row}, checked on ${oldest?.checkedOn}, ${counted(oldest?.ageDays ?? 0, "day")} before.`,
    ],
    [
      skippedLines,
      "line of the file is no entry and was skipped:",
      "lines of the file are no entries and were skipped:",
      [...skipped.map(({ line, reason }) => `line ${line}: ${reason}`), ...unsaid].join("; "),
    ],
    [repeated, "entry is", "entries are", "in the file more than once, and counted once."],
  ];
  const said = all.filter(([count]) => count > 0);
  if (said.length === 0) return undefined;
  return html`<ul class="notes">
    ${said.map(
      ([count, one, many, rest]) =>
        html`<li><b>${readableCount(count)}</b> ${foreign(`${count === 1 ? one : many} ${rest}`)}</li>`,
    )}
  </ul>`;
}
