import { ModelAbortError } from "@langchain/core/errors";
import { BudgetExceededError, PriceNotFoundError } from "../base/errors.js";
import type { LedgerEntry, Outcome } from "../ledger/entry.js";
import { answerFacts, type AnswerFacts } from "./call_facts.js";
import { combineReports } from "./combine_reports.js";
import { readElsewhere, spelledEstimate } from "./spellings/elsewhere.js";
import { evidenceOf, evidenceOfMessage, hasUsage, isFlagged, type Asked, type Evidence } from "./spellings/evidence.js";
import { readAnswer } from "./spellings/read_answer.js";
import type { Fields, Reading } from "./spellings/spelled.js";
import { withTotal } from "./spellings/total.js";
import { tokenCount } from "../base/counts.js";
import { fieldsOf, itemsOf, nonEmpty } from "../base/json.js";
import { toReport, unbounded, usageOfMessage, usageOfPartial, type UsageReport } from "./usage_report.js";

/** What an end or error event says. */
export interface RunEnd {
  outcome: Outcome;
  report: UsageReport;
  answer: AnswerFacts;
  error?: Pick<LedgerEntry, "errorType" | "errorStatus">;
  /** Set when it is certain that nothing was spent, with the reason. */
  nothingSpent?: string;
}

/** What was known of the call before its end. */
export interface AskedCall extends Asked {
  isOurs: boolean;
}

/** Reads an end event. The usage of messages comes first; of several answers to one call, it is counted once. */
export function endOf(output: unknown, extraParams: unknown, asked: AskedCall): RunEnd {
  const { llmOutput } = fieldsOf(output);
  const answers = generationsOf(output).map((generation) => evidenceOf(generation, llmOutput, asked));
  const [first = evidenceOf(undefined, llmOutput, asked)] = answers;
  if (fieldsOf(extraParams).cached === true)
    return { outcome: "cache-hit", report: {}, answer: answerFacts(first), nothingSpent: "LangChain's cache answered" };
  // Where one of several messages has usage, it is that of the call, and the others have none of their own.
  const isOnMessages = answers.some(hasUsage);
  const read = answers.map((evidence) => {
    if (asked.isOurs || isFlagged(evidence)) return { report: usageOfMessage(evidence.message) };
    const reading = isOnMessages && !hasUsage(evidence) ? {} : readAnswer(evidence);
    return { reading, report: toReport(reading) };
  });
  const answer = answerFacts(first, read[0]?.reading);
  const report = combineReports(read.map((each) => each.report));
  return { outcome: "ok", answer, report: saysSomething(report) ? report : elsewhere(answers, llmOutput) };
}

/** Usage of answers whose messages say nothing of it. */
function elsewhere(answers: readonly Evidence[], llmOutput: unknown): UsageReport {
  const report = combineReports(answers.map((evidence) => toReport(withTotal(readElsewhere(evidence) ?? {}))));
  if (saysSomething(report)) return report;
  const usage = spelledEstimate(llmOutput);
  return usage === undefined ? {} : toReport({ usage }, "estimated");
}

function saysSomething({ usage, problem }: UsageReport): boolean {
  return usage !== undefined || problem !== undefined;
}

/** Reads an error event. Errors of this package's models carry what was spent, and spent nothing when they do not. */
export function failureOf(error: unknown, extraParams: unknown, asked: AskedCall): RunEnd {
  const { partialOutput, name, status } = fieldsOf(error);
  const errorStatus = tokenCount(status) ?? statusOf(error);
  const errorType = nonEmpty(name) ?? typeof error;
  const heard = partialOutput === undefined ? heardBefore(asked) : {};
  const report = partialOutput === undefined ? atLeast(toReport(heard)) : usageOfPartial(partialOutput);
  const end: RunEnd = {
    outcome: outcomeOf(error),
    report: withoutWords(report, errorType),
    answer: answerFacts(evidenceOfMessage(partialOutput, asked), heard),
    error: { errorType, ...(errorStatus === undefined ? {} : { errorStatus }) },
  };
  if (end.outcome === "denied") return { ...end, report: {}, nothingSpent: "denied before any request" };
  if (fieldsOf(extraParams).cached === true)
    return { ...end, nothingSpent: "LangChain's cache failed before any request" };
  if (asked.isOurs && partialOutput === undefined) return { ...end, nothingSpent: "no server answered" };
  if (errorStatus !== undefined && REFUSALS.has(errorStatus) && report.usage === undefined)
    return { ...end, report: {}, nothingSpent: `the server refused the call with status ${errorStatus}` };
  if (isUnreached(error)) return { ...end, nothingSpent: "no server was reached" };
  return end;
}

/** Who is not let in or has not paid, a model that nobody knows, no room: no work was done. Others may bill what they had read. */
const REFUSALS: ReadonlySet<number> = new Set([401, 402, 403, 404, 429, 503, 529]);

/** The status of an answer under the names that clients have for it, or of the error within. */
function statusOf(error: unknown): number | undefined {
  const { statusCode, status_code, $metadata, response, cause } = fieldsOf(error);
  const { httpStatusCode } = fieldsOf($metadata);
  const said = [statusCode, status_code, httpStatusCode, fieldsOf(response).status, fieldsOf(cause).status];
  return said.map(tokenCount).find((each) => each !== undefined);
}

/** Clients put the system's own error, which says that there was no connection, one or two causes deep. */
function isUnreached(error: unknown): boolean {
  let cause: Fields = fieldsOf(error);
  for (let depth = 0; depth < 4; depth += 1) {
    if (NO_CONNECTION.has(cause.code)) return true;
    cause = fieldsOf(cause.cause);
  }
  return false;
}

const NO_CONNECTION: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]);

/** What another package's call said before it broke off. */
function heardBefore(asked: AskedCall): Reading {
  return asked.heard === undefined ? {} : readAnswer(evidenceOfMessage(asked.heard.partial, asked));
}

/** A report of what came before a call broke off is the least that was billed. */
function atLeast({ usage }: UsageReport): UsageReport {
  if (usage === undefined) return {};
  const { cache_read: read } = usage.input_token_details ?? {};
  const estimate = unbounded({ ...usage }, "the call was cut short");
  if (read !== undefined) estimate.cachedInputTokens = [read, read];
  return { usage, source: "estimated", estimate };
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
