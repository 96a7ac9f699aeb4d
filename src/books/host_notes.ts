import type { CallFacts } from "../ledger/entry.js";
import { UNBILLED } from "./spellings/openrouter.js";
import type { UsageReport } from "./usage_report.js";
import { withNotes } from "./with_notes.js";

/** Hosts of OpenAI's that keep a call in one region, such as `eu.api.openai.com`. */
const REGIONAL = /^[a-z]{2}\.api\.openai\.com$/;

/** Since GPT-5.4 OpenAI bills 1.1 times its list prices there. https://developers.openai.com/api/docs/pricing */
const FIRST_DEARER = 5.4;

/** A report with what the host that was called lets say of its price. */
export function withHostNotes(report: UsageReport, facts: CallFacts): UsageReport {
  const { host, modelServed, modelRequested } = facts;
  if (host === undefined || report.usage === undefined) return report;
  if (isUnbilled(facts)) return withNotes(report, { assumptions: [UNBILLED] });
  const generation = Number(/^gpt-(\d+(?:\.\d+)?)/.exec(modelServed ?? modelRequested)?.[1] ?? 0);
  if (!REGIONAL.test(host) || generation < FIRST_DEARER) return report;
  return withNotes(report, { atLeast: `\`${host}\` bills 1.1 times the list price, which no price says` });
}

/** OpenRouter says its bill in each answer, and some classes of others drop it. */
function isUnbilled({ provider, clientOf, serverCost, host }: CallFacts): boolean {
  const isOpenRouter = host === "openrouter.ai" || host?.endsWith(".openrouter.ai") === true;
  return isOpenRouter && provider === "openrouter" && clientOf === undefined && serverCost === undefined;
}
