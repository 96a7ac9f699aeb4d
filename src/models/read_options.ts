import { ConfigurationError } from "../base/errors.js";
import { checkOption, type OptionTable } from "./option_table.js";
import { isFromFramework, unknownOption, type Remedies } from "./unknown_options.js";

/** The options of a model, and what to say of those that it does not have. */
export interface KnownOptions extends Remedies {
  readonly options: OptionTable;
  /** What the constructor says where the user says nothing. */
  readonly defaults?: Settled | undefined;
}

/** Options by name, as one source gave them: checked, and `null` where it takes an option back. */
export type ReadOptions = Record<string, unknown>;
/** The options in force, none of them `null` or `undefined`. */
export type Settled = Readonly<Record<string, unknown>>;

/**
 * What a constructor or a call says, each option under one name. `undefined` says nothing; 0, "" and false are values.
 * @throws ConfigurationError for an option that does not exist or is not taken there, a value that is not of its kind,
 * and two options of which only one can be set
 */
export function readOptions(known: KnownOptions, source: object, where: "constructor" | "call"): ReadOptions {
  const { options: table } = known;
  const read: ReadOptions = where === "constructor" ? { ...known.defaults } : {};
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined) continue;
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined || (option.only !== undefined && option.only !== where)) {
      if (where === "call" && isFromFramework(name, value)) continue;
      throw unknownOption(name, where, table, known);
    }
    if ((value === null && !option.refusesNull) || option.isNone?.(value)) read[name] = null;
    else {
      checkOption(name, option, value);
      read[name] = value;
    }
  }
  return oneNameEach(table, read);
}

function oneNameEach(table: OptionTable, read: ReadOptions): ReadOptions {
  for (const name of Object.keys(read)) {
    const aliasOf = table[name]?.aliasOf;
    if (aliasOf === undefined) continue;
    if (read[aliasOf] === undefined) read[aliasOf] = read[name];
    delete read[name];
  }
  for (const name of Object.keys(read)) {
    const excludes = table[name]?.excludes;
    if (excludes !== undefined && isSet(read[name]) && isSet(read[excludes])) throw bothSet(excludes, name);
  }
  return read;
}

const isSet = (value: unknown) => value !== undefined && value !== null;

function bothSet(one: string, other: string): ConfigurationError {
  const hint = "The API takes only one of them; leave the other out.";
  return new ConfigurationError(other, `\`${one}\` and \`${other}\` are both set.`, hint);
}

/** The constructor's options with a call's on top. Of two that exclude each other the call's wins. */
export function mergeOptions(table: OptionTable, ofModel: ReadOptions, ofCall: ReadOptions): Settled {
  const merged: ReadOptions = { ...ofModel };
  for (const [name, value] of Object.entries(ofCall)) {
    merged[name] = value;
    if (value === null) continue;
    for (const other of excludedBy(table, name)) delete merged[other];
  }
  for (const name of Object.keys(merged)) if (!isSet(merged[name])) delete merged[name];
  return merged;
}

function excludedBy(table: OptionTable, name: string): string[] {
  const own = table[name]?.excludes;
  if (own !== undefined) return [own];
  return Object.keys(table).filter((other) => table[other]?.excludes === name);
}

/** The fields of a request that options ask for. */
export function toFields(table: OptionTable, settled: Settled): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settled)) {
    const wire = table[name]?.wire;
    if (wire !== undefined && value !== null) fields[wire] = value;
  }
  return fields;
}

/** The headers that options ask for. */
export function toOptionHeaders(table: OptionTable, settled: Settled): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(settled)) {
    const { header, inHeader = String } = table[name] ?? {};
    if (header !== undefined) headers[header] = inHeader(value);
  }
  return headers;
}

/** What a serialised model consists of. */
export function storedNames(table: OptionTable): string[] {
  return Object.keys(table).filter((name) => table[name]?.isStored === true);
}

/** What calls take. */
export function callNames(table: OptionTable): string[] {
  return Object.keys(table).filter((name) => table[name]?.only !== "constructor");
}
