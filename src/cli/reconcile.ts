import { USAGE_ERROR, type Printer } from "./io.js";

/** How `reconcile` is called. */
export const RECONCILE_USAGE: readonly string[] = [
  "langchain-metered reconcile FILE --bill BILL [options]",
  "  Whether a ledger's file and a provider's bill agree, by day and model.",
];

/** The `reconcile` command. */
export async function reconcile(_args: string[], printer: Printer): Promise<number> {
  printer.err([...RECONCILE_USAGE]);
  return USAGE_ERROR;
}
