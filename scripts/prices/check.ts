/**
 * Checks the price tables (shape, overlaps, gaps, plausibility) and that docs/prices.md is theirs:
 * `npx tsx scripts/prices/check.ts [--write] [--max-age-days N]`. With `--write` the page is rendered anew. Exit code 1 when
 * something is wrong, or older than allowed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { daysBetween, dayStart } from "../../src/pricing/look_up/dates.js";
import { BUILTIN_PRICES } from "../../src/pricing/tables/builtin.js";
import { FIREWORKS_2025_TIERS } from "../../src/pricing/tables/fireworks_2025.js";
import { METAGPT_2023_GRADES } from "../../src/pricing/tables/metagpt_2023.js";
import { renderPrices } from "./render.js";
import { findMistakes } from "./validate.js";

const { values } = parseArgs({ options: { write: { type: "boolean" }, "max-age-days": { type: "string" } } });
const page = new URL("../../docs/prices.md", import.meta.url);
const rendered = renderPrices(BUILTIN_PRICES);
if (values.write === true) writeFileSync(page, rendered);

const mistakes = [BUILTIN_PRICES, METAGPT_2023_GRADES, FIREWORKS_2025_TIERS].flatMap(findMistakes);
if (readFileSync(page, "utf8") !== rendered)
  mistakes.push("docs/prices.md is not what the tables say: run with --write");
if (values["max-age-days"] !== undefined) mistakes.push(...olderThan(Number(values["max-age-days"])));

for (const mistake of mistakes) process.stderr.write(`${mistake}\n`);
const { rows, aliases, tiers } = BUILTIN_PRICES;
process.stdout.write(
  `${rows.length} rows, ${aliases.length} aliases, ${tiers.length} size tiers: ${mistakes.length} mistakes\n`,
);
process.exitCode = mistakes.length === 0 ? 0 : 1;

/** Rows still in force that nobody has checked for more than so many days. */
function olderThan(days: number): string[] {
  return BUILTIN_PRICES.rows
    .filter(({ validTo, lastListed }) => validTo === undefined && lastListed === undefined)
    .filter(({ checkedOn }) => daysBetween(dayStart(checkedOn) ?? 0, Date.now()) > days)
    .map(({ id, checkedOn }) => `${id} was last checked on ${checkedOn}`);
}
