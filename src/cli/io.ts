import { ConfigurationError } from "../base/errors.js";
import { cleanJson, cleanLine } from "../base/clean_text.js";
import { fieldsOf } from "../base/json.js";

/** Where a command writes. What it writes comes without the last newline. */
export interface CliIo {
  out(text: string): void;
  err(text: string): void;
  /** Shows a line of how far the work is in place of the last one; `""` takes it away. Absent where errors go to no terminal. */
  status?(text: string): void;
}

/**
 * The one way to a terminal. Lines may hold what anybody wrote into a ledger, a table or an argument: what drives a terminal,
 * or looks like another line, does not reach it.
 */
export class Printer {
  constructor(readonly io: CliIo) {}

  out(lines: readonly string[]): void {
    this.io.out(printed(lines));
  }

  err(lines: readonly string[]): void {
    this.io.err(printed(lines));
  }

  /** One line of JSON, which means the same as the value's. */
  json(value: unknown): void {
    this.io.out(cleanJson(JSON.stringify(value)));
  }
}

function printed(lines: readonly string[]): string {
  return lines.map(cleanLine).join("\n");
}

/** A command: takes its arguments, gives the process's exit code. */
export type CliCommand = (args: string[], printer: Printer) => Promise<number>;

/** The exit code of a command that was called wrongly. */
export const USAGE_ERROR = 2;

/** How a command is called, as its help says it. */
export function usageOf([first, ...others]: readonly string[]): string[] {
  return [`Usage: ${first}`, ...others];
}

/** What an error says to people. */
export function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Node goes on with advice on arguments that begin with a dash, which no command has.
  if (fieldsOf(error).code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") return message;
  return `${message.split(". ", 1).join("")}.`;
}

/** The ledger's file, where a command takes that alone. @throws ConfigurationError for none, and for several */
export function onlyFile([file, ...others]: readonly string[]): string {
  if (file !== undefined && others.length === 0) return file;
  throw new ConfigurationError("FILE", "One file is needed.", "Name the ledger's file.");
}
