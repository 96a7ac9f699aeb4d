import { ModelAbortError } from "@langchain/core/errors";
import { BudgetExceededError, ConfigurationError, PriceNotFoundError } from "../base/errors.js";
import type { LedgerEntry, Outcome } from "../ledger/entry.js";
import { answerFacts, type AnswerFacts } from "./call_facts.js";
import { combineReports, isRepeated } from "./combine_reports.js";
import { combineReadings } from "./combine_readings.js";
import { spelledEstimate, withElsewhere } from "./spellings/elsewhere.js";
import {
  evidenceOf,
  evidenceOfMessage,
  hasUsage,
  isOwnMessage,
  type Asked,
  type Evidence,
} from "./spellings/evidence.js";
import { readAnswer } from "./spellings/read_answer.js";
import type { Reading } from "./spellings/spelled.js";
import { withNotes } from "./with_notes.js";
import { statusOf, whyNothingSpent } from "./refused.js";
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

/**
 * Reads an end event. The usage of messages comes first; of several answers to one call, it is counted once. Never throws: an
 * answer that cannot be read is a call whose cost is not known.
 */
export function endOf(output: unknown, extraParams: unknown, asked: AskedCall): RunEnd {
  try {
    return readEnd(output, extraParams, asked);
  } catch {
    return { outcome: "ok", report: UNREADABLE, answer: { isOurs: asked.isOurs } };
  }
}

const UNREADABLE: UsageReport = { problem: "the answer could not be read" };

function readEnd(output: unknown, extraParams: unknown, asked: AskedCall): RunEnd {
  const { llmOutput } = fieldsOf(output);
  const answers = generationsOf(output).map((generation) => evidenceOf(generation, llmOutput, asked));
  const [first = evidenceOf(undefined, llmOutput, asked)] = answers;
  if (fieldsOf(extraParams).cached === true)
    return {
      outcome: "cache-hit",
      report: {},
      // The id is that of another call, which was billed.
      answer: { ...answerFacts(first, {}, asked.isOurs), responseId: undefined },
      nothingSpent: "LangChain's cache answered",
    };
  const answered = reportOf(answers, asked);
  const { report, reading } = saysSomething(answered.report) ? answered : elsewhere(answers, answered, llmOutput);
  return { outcome: "ok", answer: answerFacts(first, reading, asked.isOurs), report };
}

/** What all answers of a call say together. */
interface Answered {
  report: UsageReport;
  /** Of the answer that says most, at the cost of all; `undefined` where all are this package's. */
  reading?: Reading;
}

function reportOf(answers: readonly Evidence[], asked: AskedCall): Answered {
  const [first] = answers;
  // This package's models answer once, and say all of it in one place.
  if (first !== undefined && answers.length === 1 && (asked.isOurs || isOwnMessage(first)))
    return { report: usageOfMessage(first.message) };
  // Where one of several messages has usage, it is that of the call, and the others have none of their own.
  const isOnMessages = answers.some(hasUsage);
  return combined(
    answers.map((evidence) => {
      if (asked.isOurs || isOwnMessage(evidence)) return { report: usageOfMessage(evidence.message) };
      const reading = isOnMessages && !hasUsage(evidence) ? {} : readAnswer(evidence);
      return { reading, report: toReport(reading) };
    }),
  );
}

function combined(answered: readonly Answered[]): Answered {
  const reports = answered.map(({ report }) => report);
  const readings = answered.flatMap(({ reading }) => (reading === undefined ? [] : [reading]));
  return { report: combineReports(reports), reading: combineReadings(readings, isRepeated(reports)) };
}

/** Usage of answers whose messages say nothing of it, with all that they say beside it. */
function elsewhere(answers: readonly Evidence[], { report, reading }: Answered, llmOutput: unknown): Answered {
  const found = combineReports(answers.map((evidence) => toReport(withElsewhere({}, evidence))));
  if (saysSomething(found)) return { report: withNotes(found, reading ?? {}), reading };
  const usage = spelledEstimate(llmOutput);
  return usage === undefined
    ? { report, reading }
    : { report: withNotes(toReport({ usage }, "estimated"), reading ?? {}), reading };
}

function saysSomething({ usage, problem }: UsageReport): boolean {
  return usage !== undefined || problem !== undefined;
}

/**
 * Reads an error event. Errors of this package's models carry what was spent, and spent nothing when they do not. Never throws
 * either.
 */
export function failureOf(error: unknown, extraParams: unknown, asked: AskedCall): RunEnd {
  try {
    return readFailure(error, extraParams, asked);
  } catch {
    const report = { problem: "the error could not be read" };
    return { outcome: "error", report, answer: { isOurs: asked.isOurs }, error: { errorType: typeof error } };
  }
}

function readFailure(error: unknown, extraParams: unknown, asked: AskedCall): RunEnd {
  const { partialOutput: partial, name } = fieldsOf(error);
  const partialOutput = isMessage(partial) ? partial : undefined;
  const errorStatus = statusOf(error);
  const errorType = nonEmpty(name) ?? typeof error;
  const heard = partialOutput === undefined ? heardBefore(asked) : {};
  const report = partialOutput === undefined ? atLeast(toReport(heard)) : usageOfPartial(partialOutput);
  const end: RunEnd = {
    outcome: outcomeOf(error),
    report: withoutWords(report, errorType),
    answer: answerFacts(evidenceOfMessage(partialOutput, asked), heard, asked.isOurs),
    error: { errorType, ...(errorStatus === undefined ? {} : { errorStatus }) },
  };
  // One that was denied before its second request has spent what the first did.
  if (end.outcome === "denied" && partialOutput === undefined)
    return { ...end, report: {}, nothingSpent: "denied before any request" };
  if (fieldsOf(extraParams).cached === true)
    return { ...end, nothingSpent: "LangChain's cache failed before any request" };
  if (partialOutput !== undefined) return end;
  if (asked.isOurs) return { ...end, nothingSpent: whyOursSpentNothing(error, errorStatus) };
  const isSilent = report.usage === undefined && (asked.heard?.chunks ?? 0) === 0;
  const reason = end.outcome === "error" && isSilent ? whyNothingSpent(error) : undefined;
  return reason === undefined ? end : { ...end, nothingSpent: reason };
}

/** An error of this package's models without a partial output is of a call that spent nothing. */
function whyOursSpentNothing(error: unknown, status: number | undefined): string {
  if (status !== undefined) return `the server refused the request with status ${status}`;
  return ConfigurationError.isInstance(error) ? "refused before any request" : "no server answered";
}

/** Clients put a server's own fields on their errors: a message has methods, which JSON has not. */
function isMessage(value: unknown): boolean {
  return typeof fieldsOf(value)._getType === "function";
}

/** What another package's call said before it broke off. */
function heardBefore(asked: AskedCall): Reading {
  if (asked.heard === undefined) return {};
  const reading = readAnswer(evidenceOfMessage(asked.heard.partial, asked));
  return reading.cost === undefined ? reading : { costAtLeast: "the call was cut short", ...reading };
}

/** A report of what came before a call broke off is the least that was billed. */
function atLeast(report: UsageReport): UsageReport {
  const { usage } = report;
  if (usage === undefined) return report;
  const { cache_read: read } = usage.input_token_details ?? {};
  const estimate = unbounded({ ...usage }, "the call was cut short");
  if (read !== undefined) estimate.cachedInputTokens = [read, read];
  return { ...report, source: "estimated", estimate, atLeast: undefined };
}

/** The reason on the message repeats the error's words, and with them what a server or a model said. */
function withoutWords(report: UsageReport, errorType: string): UsageReport {
  const { estimate } = report;
  if (estimate === undefined) return report;
  return { ...report, estimate: { ...estimate, reason: `the call ended with \`${errorType}\`` } };
}

function outcomeOf(error: unknown): Outcome {
  if (BudgetExceededError.isInstance(error) || PriceNotFoundError.isInstance(error)) return "denied";
  const { name, message } = fieldsOf(error);
  // OpenAI's streams throw a plain error of that text.
  const isAbort = ModelAbortError.isInstance(error) || name === "AbortError" || message === "AbortError";
  return isAbort ? "aborted" : "error";
}

/** A stream that yielded nothing ends with `[undefined]`. */
function generationsOf(output: unknown): readonly unknown[] {
  const [generations] = itemsOf(fieldsOf(output).generations);
  return itemsOf(generations);
}
