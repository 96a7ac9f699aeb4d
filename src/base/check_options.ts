import { hasFields } from "./check_given.js";
import { ConfigurationError } from "./errors.js";
import { isNear, nearestOption } from "./nearest.js";
import { shown } from "./shown.js";

/** What an option may be: a test, what to write instead, and whether its value is to be shown to nobody. */
export type OptionCheck = readonly [fits: (value: unknown) => boolean, hint: string, secret?: "secret"];

/** One for each option that there is. */
export type OptionChecks<Options> = Readonly<Record<keyof Options, OptionCheck>>;

/** What a switch may be. */
export const SWITCH: OptionCheck = [(value) => typeof value === "boolean", "Use true or false."];

/** What a count may be. */
export function wholeFrom(least: number): OptionCheck {
  return [
    (value) => Number.isSafeInteger(value) && Number(value) >= least,
    `It must be a whole number of at least ${least}.`,
  ];
}

export function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function itHas(names: readonly string[]): string {
  return `It has ${names.join(", ")}.`;
}

/** The error for an option that there is not. @param names - those that there are */
export function noSuchOption(owner: string, option: string, names: readonly string[]): ConfigurationError {
  const [nearest, slips] = nearestOption(
    option,
    names.map((name) => [name]),
  );
  const hint = isNear(option, slips) ? `Write \`${nearest}\`.` : itHas(names);
  return new ConfigurationError(option, `${owner} has no option \`${option}\`.`, hint);
}

/**
 * Checks options as a user wrote them. Unknown ones are refused, since one that goes unheeded may cost money.
 * @param owner - who takes them, as a sentence begins
 * @param required - those that must be there
 * @throws ConfigurationError for options that are missing, unknown, or cannot be
 */
export function checkOptions<Options extends object>(
  owner: string,
  options: Options,
  checks: OptionChecks<Options>,
  required: readonly (keyof Options & string)[] = [],
): void {
  const names = Object.keys(checks);
  const given = options ?? {};
  if (!hasFields(given) || options === null)
    throw new ConfigurationError(
      "options",
      `${owner} was given \`${shown(options)}\` as its options.`,
      `Pass an object. ${itHas(names)}`,
    );
  for (const option of required) {
    const [, hint] = checks[option];
    if (given[option] === undefined)
      throw new ConfigurationError(option, `${owner} needs the option \`${option}\`.`, hint);
  }
  for (const [option, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, option) ? checks[option as keyof Options] : undefined; // hasOwn says so
    if (check === undefined) throw noSuchOption(owner, option, names);
    const [fits, hint, secret] = check;
    if (value === undefined || fits(value)) continue;
    const problem = secret === undefined ? `is \`${shown(value)}\`` : "cannot be used";
    throw new ConfigurationError(option, `\`${option}\` ${problem}.`, hint);
  }
}
