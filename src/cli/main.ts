import { PACKAGE_VERSION } from "../base/package_version.js";
import { Printer, USAGE_ERROR, type CliCommand, type CliIo } from "./io.js";
import { PRICE_USAGE, price } from "./price.js";
import { PRICES_USAGE, prices } from "./prices.js";
import { RECONCILE_USAGE, reconcile } from "./reconcile.js";
import { REPORT_USAGE, report } from "./report.js";

const COMMANDS: ReadonlyMap<string, CliCommand> = new Map([
  ["price", price],
  ["prices", prices],
  ["report", report],
  ["reconcile", reconcile],
]);

const USAGE = [
  "Usage: langchain-metered <command>",
  "       langchain-metered --version",
  "",
  ...PRICE_USAGE,
  "",
  ...PRICES_USAGE,
  "",
  ...REPORT_USAGE,
  "",
  ...RECONCILE_USAGE,
];

/** Runs the `langchain-metered` command line. Gives the exit code: 0, 1 for a failure, 2 for a wrong call; commands with others say so. */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  const printer = new Printer(io);
  const [name, ...args] = argv;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    printer.out(USAGE);
    return name === undefined ? USAGE_ERROR : 0;
  }
  if (name === "--version" || name === "-v") {
    printer.out([PACKAGE_VERSION]);
    return 0;
  }
  const command = COMMANDS.get(name);
  if (command !== undefined) return command(args, printer);
  // Last, since the usage of all commands is longer than many a terminal.
  printer.err([...USAGE, "", `There is no command \`${name}\`.`]);
  return USAGE_ERROR;
}
