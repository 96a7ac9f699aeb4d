import { ModelAbortError } from "@langchain/core/errors";
import { BudgetExceededError, PriceNotFoundError } from "../base/errors.js";
import type { LedgerEntry, Outcome } from "../ledger/entry.js";
import { answerFacts, type AnswerFacts } from "./call_facts.js";
import { combineReports } from "./combine_reports.js";
import { tokenCount } from "../base/counts.js";
import { fieldsOf, itemsOf, nonEmpty } from "../base/json.js";
import { usageOfMessage, usageOfOutput, usageOfPartial, type UsageReport } from "./usage_report.js";

/** What an end or error event says. */
export interface RunEnd {
  outcome: Outcome;
  report: UsageReport;
  answer: AnswerFacts;
  error?: Pick<LedgerEntry, "errorType" | "errorStatus">;
  /** Set when it is certain that nothing was spent, with the reason. */
  nothingSpent?: string;
}

/** Reads an end event. The usage of messages comes first; of several answers to one call, it is counted once. */
export function endOf(output: unknown, extraParams: unknown): RunEnd {
  const generations = generationsOf(output);
  const messages = generations.map((generation) => fieldsOf(generation).message);
  const answer = answerFacts(messages[0]);
  if (fieldsOf(extraParams).cached === true) {
    return { outcome: "cache-hit", report: {}, answer, nothingSpent: "LangChain's cache answered" };
  }
  const report = combineReports(messages.map(usageOfMessage));
  const isReported = report.usage !== undefined || report.problem !== undefined;
  return { outcome: "ok", answer, report: isReported ? report : combineReports(usageOfOutput(output, generations)) };
}

/** Reads an error event. Errors of this package's models carry what was spent, and spent nothing when they do not. */
export function failureOf(error: unknown, extraParams: unknown, isOurs: boolean): RunEnd {
  const { partialOutput, name, status } = fieldsOf(error);
  const errorStatus = tokenCount(status);
  const errorType = nonEmpty(name) ?? typeof error;
  const end: RunEnd = {
    outcome: outcomeOf(error),
    report: withoutWords(usageOfPartial(partialOutput), errorType),
    answer: answerFacts(partialOutput),
    error: { errorType, ...(errorStatus === undefined ? {} : { errorStatus }) },
  };
  if (end.outcome === "denied") return { ...end, report: {}, nothingSpent: "denied before any request" };
  if (fieldsOf(extraParams).cached === true)
    return { ...end, nothingSpent: "LangChain's cache failed before any request" };
  if (isOurs && partialOutput === undefined) return { ...end, nothingSpent: "no server answered" };
  return end;
}

/** The reason on the message repeats the error's words, and with them what a server or a model said. */
function withoutWords(report: UsageReport, errorType: string): UsageReport {
  const { estimate } = report;
  if (estimate === undefined) return report;
  return { ...report, estimate: { ...estimate, reason: `the call ended with \`${errorType}\`` } };
}

function outcomeOf(error: unknown): Outcome {
  if (BudgetExceededError.isInstance(error) || PriceNotFoundError.isInstance(error)) return "denied";
  return ModelAbortError.isInstance(error) || fieldsOf(error).name === "AbortError" ? "aborted" : "error";
}

/** A stream that yielded nothing ends with `[undefined]`. */
function generationsOf(output: unknown): readonly unknown[] {
  const [generations] = itemsOf(fieldsOf(output).generations);
  return itemsOf(generations);
}
