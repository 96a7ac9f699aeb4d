import { ModelAbortError } from "@langchain/core/errors";
import { BudgetExceededError, PriceNotFoundError } from "../errors.js";
import type { LedgerEntry, Outcome } from "../ledger/entry.js";
import { answerFacts, type AnswerFacts } from "./call_facts.js";
import { fieldsOf, isCount, itemsOf, textOf } from "./untyped.js";
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
  const messages = messagesOf(output);
  const answer = answerFacts(messages[0]);
  if (fieldsOf(extraParams).cached === true) {
    return { outcome: "cache-hit", report: {}, answer, nothingSpent: "LangChain's cache answered" };
  }
  const report = combine(messages.map(usageOfMessage));
  const isReported = report.usage !== undefined || report.problem !== undefined;
  return { outcome: "ok", answer, report: isReported ? report : usageOfOutput(fieldsOf(output).llmOutput) };
}

/** Reads an error event. Errors of this package's models carry what was spent, and spent nothing when they do not. */
export function failureOf(error: unknown, extraParams: unknown, isOurs: boolean): RunEnd {
  const { partialOutput, name, status } = fieldsOf(error);
  const end: RunEnd = {
    outcome: outcomeOf(error),
    report: usageOfPartial(partialOutput),
    answer: answerFacts(partialOutput),
    error: { errorType: textOf(name) ?? typeof error, ...(isCount(status) ? { errorStatus: status } : {}) },
  };
  if (end.outcome === "denied") return { ...end, report: {}, nothingSpent: "denied before any request" };
  if (fieldsOf(extraParams).cached === true)
    return { ...end, nothingSpent: "LangChain's cache failed before any request" };
  if (isOurs && partialOutput === undefined) return { ...end, nothingSpent: "no server answered" };
  return end;
}

function outcomeOf(error: unknown): Outcome {
  if (BudgetExceededError.isInstance(error) || PriceNotFoundError.isInstance(error)) return "denied";
  return ModelAbortError.isInstance(error) || fieldsOf(error).name === "AbortError" ? "aborted" : "error";
}

function messagesOf(output: unknown): unknown[] {
  const [generations] = itemsOf(fieldsOf(output).generations);
  // A stream that yielded nothing ends with `[undefined]`.
  return itemsOf(generations).map((generation) => fieldsOf(generation).message);
}

/** Most servers report one figure for all answers, on one message or on each. Figures that differ are each answer's own. */
function combine(reports: readonly UsageReport[]): UsageReport {
  const [first, ...others] = reports.filter((report) => report.usage !== undefined);
  if (first === undefined) return reports.find((report) => report.problem !== undefined) ?? {};
  const isRepeated = others.every((other) => JSON.stringify(other.usage) === JSON.stringify(first.usage));
  return isRepeated ? first : others.reduce(addReports, first);
}

function addReports(a: UsageReport, b: UsageReport): UsageReport {
  if (a.usage === undefined || b.usage === undefined) return a;
  const sum = (x: number | undefined, y: number | undefined) =>
    x === undefined && y === undefined ? undefined : (x ?? 0) + (y ?? 0);
  const cacheRead = sum(a.usage.input_token_details?.cache_read, b.usage.input_token_details?.cache_read);
  const reasoning = sum(a.usage.output_token_details?.reasoning, b.usage.output_token_details?.reasoning);
  const input_tokens = a.usage.input_tokens + b.usage.input_tokens;
  const output_tokens = a.usage.output_tokens + b.usage.output_tokens;
  return {
    ...a,
    usage: {
      input_tokens,
      output_tokens,
      total_tokens: input_tokens + output_tokens,
      ...(cacheRead === undefined ? {} : { input_token_details: { cache_read: cacheRead } }),
      ...(reasoning === undefined ? {} : { output_token_details: { reasoning } }),
    },
  };
}
