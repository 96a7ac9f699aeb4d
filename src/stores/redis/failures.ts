import { BudgetUnavailableError } from "../../base/errors.js";
import { shown } from "../../base/shown.js";
import type { Reply } from "./reply.js";

/** What the client throws: disconnected, time-outs, READONLY, LOADING, CLUSTERDOWN. */
export function unanswered(prefix: string, cause: unknown): BudgetUnavailableError {
  const said = cause instanceof Error ? cause.message : shown(cause);
  return new BudgetUnavailableError(
    `The Redis that keeps the budgets \`${prefix}\` did not answer: \`${said}\`. Try again, or look at the server.`,
    { cause },
  );
}

/** What reading the ledger throws. */
export function unreadableLedger(cause: unknown): BudgetUnavailableError {
  if (BudgetUnavailableError.isInstance(cause)) return cause;
  const said = cause instanceof Error ? cause.message : shown(cause);
  return new BudgetUnavailableError(`What was spent could not be read from \`ledger\`: \`${said}\`.`, { cause });
}

/** The error for what the script refuses; `undefined` for an answer. */
export function refusal(prefix: string, { kind, retryInMs }: Reply): BudgetUnavailableError | undefined {
  const refused = (problem: string, retryable = false) => new BudgetUnavailableError(problem, { retryable });
  switch (kind) {
    case "nothing":
      return refused(
        `Redis has no budgets \`${prefix}\`, and this store may not begin them (\`create: false\`). Begin them in the process that comes first, or look at \`prefix\`.`,
      );
    case "lost":
      return refused(
        `The Redis that keeps the budgets \`${prefix}\` was emptied, or came back as it was before: what was spent is not known. Give \`redisBudgetStore\` the \`ledger\` from which it is counted again, or delete all keys that begin with \`{${prefix}}\` and start all processes anew.`,
      );
    case "over":
      return refused("The hold of this reserve has ended already: nothing is held. Reserve under another id.");
    case "unseeded":
      return refused(
        `The Redis that keeps the budgets \`${prefix}\` was emptied, and this pot is not counted again yet: a process whose store has the \`ledger\` must draw on it first. Try again then.`,
        true,
      );
    case "closed":
      return refused(
        `What was spent of the budgets \`${prefix}\` was counted again, and other processes still say what they hold. Try again in \`${retryInMs ?? 0}\` ms.`,
        true,
      );
    case "too large":
      return refused(
        `A pot of the budgets \`${prefix}\` would have 2^53 and more in it, which cannot be counted exactly. Nothing was changed. Give its budget another \`name\`, or a window.`,
      );
    default:
      return undefined;
  }
}
