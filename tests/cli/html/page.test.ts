import { describe, expect, it } from "@jest/globals";
import { toPage } from "../../../src/cli/html/page.js";
import { PageSums } from "../../../src/cli/html/page_sums.js";
import type { LedgerEntry } from "../../../src/ledger/entry.js";
import { cost, entries, entry, UNPRICED } from "../../ledger/entries.js";

const HOSTILE = `</script><script>x</script>"'><img src=x onerror=y>&amp;\u202e\u0000\u001b[31m\u2028`;

function pageOf(all: readonly LedgerEntry[], name = "usage.jsonl", more: (sums: PageSums) => void = () => undefined) {
  const sums = new PageSums();
  for (const one of all) sums.add(one);
  more(sums);
  return toPage(sums, { name, at: new Date("2026-11-30T12:00:00Z") });
}

/** The page without what is its own markup: what a reader sees. */
function textOf(page: string): string {
  const body = page.replace(/<(style|script)>[^]*?<\/\1>/g, "").replace(/<[^>]*>/g, "");
  return body.replace(/\s+/g, " ");
}

describe("a page", () => {
  it.each<[string, Partial<LedgerEntry>]>([
    ["a provider", { provider: HOSTILE }],
    ["a model", { modelRequested: HOSTILE }],
    ["a user", { user: HOSTILE }],
    ["a tag", { tags: [HOSTILE] }],
    ["an agent", { agent: HOSTILE }],
    ["an error", { outcome: "error", errorType: HOSTILE }],
    ["a budget", { budgets: [{ name: HOSTILE, key: "", pot: "", held: "0", settled: "1" }] }],
    ["an old price's row", { cost: cost("1", { row: HOSTILE, checkedOn: "2026-01-01" }) }],
    ["the file", {}],
  ])("has the name of %s as text, without what drives or hides", (what, fields) => {
    const page = pageOf([entry(fields)], what === "the file" ? HOSTILE : "usage.jsonl");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain("<img");
    expect(page.match(/.{30}(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}].*/u)).toBeNull();
    expect(page).toContain("&#60;img src=x onerror=y&#62;&#38;amp;???[31m?");
  });

  it("says that calls were free, and not that their cost is unknown", () => {
    const text = textOf(pageOf([entry({ cost: cost("0", { status: "free" }) })]));
    expect(text).toContain("No call has a known cost above zero");
    expect(text).not.toContain("unpriced calls");
  });

  it("shows no amount for a model on a day when its cost is not known", () => {
    const days = ["2026-11-20T10:00:00.000Z", "2026-11-21T10:00:00.000Z"];
    const page = pageOf(
      days.map((startedAt, index) => entry({ startedAt, cost: index === 0 ? cost("0.5") : UNPRICED })),
    );
    const [, rows = ""] = /<table id="chart-table">[^]*?<tbody>([^]*?)<\/tbody>/.exec(page) ?? [];
    expect(textOf(rows.replaceAll("</tr>", ";"))).toBe(" 2026-11-20$0.50–$0.50 ; 2026-11-21unpriced–– ; ");
  });

  it("says how many calls were priced by what nobody had checked for long", () => {
    const of = (checkedOn: string) => entry({ cost: cost("1", { row: "test/old", checkedOn }) });
    expect(textOf(pageOf([of("2026-09-20"), of("2026-09-21")]))).toContain(
      "1 call was priced by what nobody had checked for more than 60 days. The oldest is test/old, checked on 2026-09-20, 61 days before.",
    );
    expect(textOf(pageOf([of("2026-09-21")]))).not.toContain("nobody had checked");
  });

  it("says how many of its budgets it does not show", () => {
    const budgets = entries(400, (index) => ({
      budgets: [{ name: `b${index}`, key: "", pot: "", held: "0", settled: "1" }],
    }));
    expect(textOf(pageOf(budgets))).toContain("The first 366 of 400 budgets.");
  });

  it("says of which models it has no times", () => {
    expect(textOf(pageOf(entries(60, (index) => ({ modelRequested: `m${index}` }))))).toContain(
      "Within 1 %. The 50 dearest models.",
    );
  });

  it("says how many lines were skipped beside those that it names", () => {
    const text = textOf(
      pageOf([], "usage.jsonl", (sums) => {
        for (let line = 1; line <= 25; line++) sums.take({ kind: "skipped", line, reason: "not JSON", isTorn: false });
      }),
    );
    expect(text).toContain("25 lines of the file are no entries and were skipped: line 1: not JSON;");
    expect(text).toContain("line 20: not JSON; and 5 more");
  });
});
