import type { AIMessageChunk } from "@langchain/core/messages";
import type { Model } from "./models.js";

/** An error as plain data. */
export interface ErrorReport {
  name: string;
  message: string;
  status?: number;
  /** What the runtime calls it, of a connection that failed. */
  code?: string;
  limit?: string;
  /** What had come before it. */
  partial?: string;
}

/** The error that some work ends with. */
export async function errorOf(work: () => Promise<unknown>): Promise<ErrorReport> {
  try {
    await work();
  } catch (error) {
    return reportOf(error);
  }
  return { name: "none", message: "It ended well." };
}

function reportOf(error: unknown): ErrorReport {
  const { name, message, status, code, limit, partialOutput } = error as ErrorReport & {
    partialOutput?: AIMessageChunk;
  }; // absent fields are `undefined`
  return { name, message, status, ...(name === "ConnectionError" && { code }), limit, partial: partialOutput?.text };
}

/** What a model's own tally says, as far as it is the same on every machine. */
export function booksOf({ costs }: Pick<Model, "costs">): Record<string, unknown> {
  const { calls, estimatedCalls, abortedCalls, errorCalls, openCalls, costUsd } = costs.totals;
  return { calls, estimatedCalls, abortedCalls, errorCalls, openCalls, costUsd };
}

/** The same for a call whose usage is an estimate: whether it has a cost, not which. */
export function estimateOf(model: Model): Record<string, unknown> {
  const { costUsd, ...books } = booksOf(model);
  return { ...books, hasCost: Number(costUsd) > 0 };
}
