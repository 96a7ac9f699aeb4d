/** Where a command writes. Lines come without their newline. */
export interface CliIo {
  out(line: string): void;
  err(line: string): void;
}

/** A command: takes its arguments, gives the process's exit code. */
export type CliCommand = (args: string[], io: CliIo) => Promise<number>;

/** The exit code of a command that was called wrongly. */
export const USAGE_ERROR = 2;
