import { tryParseUsdOrNumber } from "../../base/money.js";
import { shown } from "../../base/shown.js";
import { toRate, type CompiledRates } from "./compiled.js";

/** A declared price that was understood, or what is wrong with it. */
export type ParsedDeclaration =
  | { kind: "free" }
  | { kind: "unpriced" }
  | { kind: "tokens"; rates: CompiledRates }
  | { kind: "gpu"; picoPerHour: bigint; gpus: number; share: number }
  | { kind: "invalid"; reason: string };

/** Reads a declaration that comes from outside as it is. Never throws. */
export function parseDeclared(declared: unknown): ParsedDeclaration {
  if (declared === "free" || declared === "unpriced") return { kind: declared };
  if (typeof declared !== "object" || declared === null) return invalid("", declared);
  // A copy with unknown values: every field is checked below.
  const fields: Record<string, unknown> = { ...declared };
  return "gpuUsdPerHour" in fields ? parseGpu(fields) : parseTokens(fields);
}

function parseTokens(fields: Record<string, unknown>): ParsedDeclaration {
  const { inputUsdPerMillion, outputUsdPerMillion, cachedInputUsdPerMillion } = fields;
  const input = tryParseUsdOrNumber(inputUsdPerMillion);
  if (input === undefined) return invalid("inputUsdPerMillion", inputUsdPerMillion);
  const output = tryParseUsdOrNumber(outputUsdPerMillion);
  if (output === undefined) return invalid("outputUsdPerMillion", outputUsdPerMillion);
  const isAbsent = cachedInputUsdPerMillion === undefined || cachedInputUsdPerMillion === null;
  const cachedInput = isAbsent ? undefined : tryParseUsdOrNumber(cachedInputUsdPerMillion);
  if (!isAbsent && cachedInput === undefined) return invalid("cachedInputUsdPerMillion", cachedInputUsdPerMillion);
  const cached = cachedInput === undefined ? undefined : toRate(cachedInput);
  return {
    kind: "tokens",
    rates: { input: toRate(input), output: toRate(output), ...(cached === undefined ? {} : { cachedInput: cached }) },
  };
}

function parseGpu(fields: Record<string, unknown>): ParsedDeclaration {
  const picoPerHour = tryParseUsdOrNumber(fields.gpuUsdPerHour);
  if (picoPerHour === undefined) return invalid("gpuUsdPerHour", fields.gpuUsdPerHour);
  const gpus = fields.gpus ?? 1;
  if (typeof gpus !== "number" || !Number.isInteger(gpus) || gpus < 1) return invalid("gpus", gpus);
  const share = fields.share ?? 1;
  if (typeof share !== "number" || !(share > 0 && share <= 1)) return invalid("share", share);
  return { kind: "gpu", picoPerHour, gpus, share };
}

function invalid(field: string, value: unknown): ParsedDeclaration {
  const where = field === "" ? "pricing" : `pricing.${field}`;
  return { kind: "invalid", reason: `the declared \`${where}\` is not usable: \`${shown(value)}\`` };
}
