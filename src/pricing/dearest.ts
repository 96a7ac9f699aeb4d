import type { Usd } from "../base/money.js";
import { costOfTokens } from "../base/money.js";
import { costOfGpuTime } from "./components.js";
import { priceFor, type CostOptions, type CostQuery } from "./cost.js";
import type { CompiledRates } from "./look_up/compiled.js";
import { instantOf } from "./look_up/dates.js";
import { INPUT_UNITS, OUTPUT_UNITS, type TokenUnit } from "./units.js";

/** A call of which only the most is known. */
export interface CallSize {
  /** `undefined` where nothing bounds them. */
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  /** How long the call may take, for prices by the hour. */
  seconds: number | undefined;
}

/** The dearest that calls can be. */
export interface DearestPrice {
  /** Of one input token and of one output token, in pico-dollars per million. */
  input: Usd;
  output: Usd;
  /** Of one request beside its tokens, and of the call as a whole, in pico-dollars. */
  request: Usd;
  call: Usd;
}

/** Tiers that an answer may name where none was asked for, beside the standard one. */
const DEARER_TIERS = ["priority", "fast"];
/** How long after it was admitted a call may be billed, at the prices of then. */
const BILLED_WITHIN_MS = 3_600_000;
const PIECES_PER_QUOTE = 1_000n;

/**
 * The dearest rates that can apply to a call: of all kinds of tokens that it may have, of the tier that it asks for and those that
 * it may be served at, of prices that begin while it runs.
 * @returns why nothing bounds it, in words that end a sentence, where nothing does
 */
export function dearestPrice(query: CostQuery, size: CallSize, options: CostOptions): DearestPrice | string {
  const { inputTokens, outputTokens } = size;
  const atMs = instantOf(query.at);
  let dearest: DearestPrice | string = "no price is known";
  for (const serviceTier of tiersOf(query))
    for (const at of [atMs, atMs + BILLED_WITHIN_MS]) {
      const usage =
        inputTokens === undefined ? undefined : { input_tokens: inputTokens, output_tokens: outputTokens ?? 1 };
      const price = priceFor({ ...query, serviceTier, at: new Date(at) }, usage, options.table);
      if ("kind" in price) return gpuPrice(price, size.seconds);
      if (price.rates !== undefined) dearest = dearerOf(dearest, ofRates(price.rates));
      else if (typeof dearest === "string") dearest = price.reason;
    }
  return dearest;
}

/** Our own models are served at the tier that they ask for; what others are served at, only the answer says. */
function tiersOf({ serviceTier, provider }: CostQuery): (string | undefined)[] {
  return provider === "fireworks" ? [serviceTier] : [serviceTier, undefined, ...DEARER_TIERS];
}

function gpuPrice(
  { picoPerHour, gpus, share }: Extract<ReturnType<typeof priceFor>, { kind: "gpu" }>,
  seconds: number | undefined,
): DearestPrice | string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds <= 0)
    return "its GPU hours have no end: set `timeout` on the model";
  const call = costOfGpuTime(picoPerHour, gpus, seconds, share).pico;
  return { input: 0n, output: 0n, request: 0n, call };
}

function ofRates(rates: CompiledRates): DearestPrice {
  return {
    input: most(rates, INPUT_UNITS, rates.input.pico),
    output: most(rates, OUTPUT_UNITS, rates.output.pico),
    // A rate of pieces is for a thousand of them.
    request: ((rates.request?.pico ?? 0n) + PIECES_PER_QUOTE - 1n) / PIECES_PER_QUOTE,
    call: 0n,
  };
}

/** Recordings and films are of no known length, and never come to this. */
const UNBOUNDED: ReadonlySet<TokenUnit> = new Set(["inputAudio", "cachedAudio", "inputVideo", "cachedVideo"]);

function most(rates: CompiledRates, units: readonly TokenUnit[], own: Usd): Usd {
  let dearest = own;
  for (const unit of units) {
    const pico = UNBOUNDED.has(unit) ? undefined : rates[unit]?.pico;
    if (pico !== undefined && pico > dearest) dearest = pico;
  }
  return dearest;
}

function dearerOf(one: DearestPrice | string, other: DearestPrice): DearestPrice {
  if (typeof one === "string") return other;
  return {
    input: max(one.input, other.input),
    output: max(one.output, other.output),
    request: max(one.request, other.request),
    call: max(one.call, other.call),
  };
}

const max = (a: Usd, b: Usd): Usd => (a > b ? a : b);

/** The parts of a cost are rounded each by itself. */
const ROUNDED = 100n;

/** What a request of that size costs at most, in pico-dollars, beside what is charged for the call. What is free costs nothing. */
export function costAtMost({ input, output, request }: DearestPrice, inputTokens: number, outputTokens: number): Usd {
  const cost = request + costOfTokens(input, BigInt(inputTokens)) + costOfTokens(output, BigInt(outputTokens));
  return cost === 0n ? cost : cost + ROUNDED;
}
