import { MeteredError } from "../../src/base/errors.js";

/** By their names: what callers themselves aborted, timed out or threw with. */
const OF_CALLERS: ReadonlySet<string> = new Set(["AbortError", "ModelAbortError", "ReaderError", "TimeoutError"]);

/** Whether an error is one that callers of models are told to expect: this package's, or their own. */
export function isExpected(error: unknown): boolean {
  return MeteredError.isInstance(error) || (error instanceof Error && OF_CALLERS.has(error.name));
}

/** An error with where it came from, in one line. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ") : String(error);
}

/** Notes rejections that nobody handled. Returns how to stop. */
export function listenForRejections(problems: string[]): () => void {
  const listener = (error: unknown) => void problems.push(`an unhandled rejection: ${describe(error)}`);
  process.on("unhandledRejection", listener);
  return () => process.off("unhandledRejection", listener);
}
