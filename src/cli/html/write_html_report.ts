import type { Printer } from "../io.js";

/** Writes the report of a ledger's file as a page. Gives the exit code. */
export async function writeHtmlReport(_file: string, _target: string, _printer: Printer): Promise<number> {
  return 1;
}
