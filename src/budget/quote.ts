import { coerceMessageLikeToMessage, type BaseMessage } from "@langchain/core/messages";
import type { BaseLanguageModelInput } from "@langchain/core/language_models/base";
import type { RunnableInterface } from "@langchain/core/runnables";
import { checkGiven, notFit } from "../base/check_given.js";
import { isObject, itemsOf, numberOf, type Json } from "../base/json.js";
import { isMessageLike } from "../base/message_like.js";
import { formatUsd, type Usd } from "../base/money.js";
import type { CallFacts, UsageBounds } from "../ledger/entry.js";
import { expectedCall } from "../ledger/expected_call.js";
import { priceCall, toCostQuery, type BoundedCost } from "../ledger/price_call.js";
import { callsOf, usualCall, type History, type PastCall } from "../pricing/calculators/past_calls.js";
import { toUsage, type TokenCounts } from "../pricing/calculators/estimate.js";
import { costAtMost, dearestPrice, type DearestPrice } from "../pricing/dearest.js";
import type { PriceTable } from "../pricing/look_up/schema.js";
import type { DeclaredPricing } from "../seam/declared_pricing.js";
import { Counting } from "../usage/counting.js";
import { FOR_COUNTS } from "../usage/pace.js";
import { estimatePrompt } from "../usage/estimate.js";
import { promptParts } from "../usage/prompt_parts.js";
import { openModel } from "./quotable_model.js";

/** A call that is not made yet. */
export interface QuotedCall {
  /** A chat model, of whatever package, also with options or tools bound to it. */
  model: RunnableInterface;
  messages: BaseLanguageModelInput;
  /** As `bindTools` takes them. */
  tools?: readonly unknown[] | undefined;
  /** The most output tokens that each answer may have. @default what the model was told, else the most that it can answer with */
  maxOutputTokens?: number | undefined;
  /** A price for a model of another package. */
  pricing?: DeclaredPricing | undefined;
  /** The most time that the call may take, where a GPU's hours are declared. @default the model's own */
  timeoutMs?: number | undefined;
}

/** What a call is priced by. */
export interface QuoteOptions {
  /** Prices that go before the built-in ones. */
  table?: PriceTable | undefined;
  /** Calls that were made: `expected` is then the median of what such calls really cost. */
  history?: History | AsyncIterable<PastCall> | undefined;
  /** @default now */
  at?: Date | undefined;
}

/** How many tokens a call may have. `undefined` where nothing bounds them. */
export interface QuotedTokens {
  least: number;
  expected: number;
  most: number | undefined;
}

/** Between which figures a call will cost. Amounts are decimal strings in USD; `undefined` is unknown or unbounded, never zero. */
export interface Quote {
  leastUsd: string | undefined;
  expectedUsd: string | undefined;
  /** Of one request; each that is sent again costs as much at most. */
  mostUsd: string | undefined;
  inputTokens: QuotedTokens;
  /** Of all answers together. */
  outputTokens: QuotedTokens;
  /** Whether `expected` is what such calls really came to, or an estimate. */
  basis: "history" | "estimate";
  /** The id of the price's row. */
  row: string | null;
  /** One sentence that says where the price comes from, or why there is none. */
  reason: string;
  warnings: string[];
}

/** The answer that is expected where nobody knows. */
const TOKENS_OF_AN_ANSWER = 500;

/** Says what a call will cost at least, as expected, and at most, before it is made. Sends nothing. */
export async function quoteCall(call: QuotedCall, { table, history, at = new Date() }: QuoteOptions): Promise<Quote> {
  const model = openModel(call.model, call.tools);
  const { params } = model;
  const facts: CallFacts = expectedCall(model.metadata, { invocation_params: params }, model.serialized);
  if (call.pricing !== undefined) facts.pricing = call.pricing;
  const input = await promptOf(toMessages(call.messages), params);
  const past = history === undefined ? [] : await gathered(history);
  const usual = usualCall(past, { ...facts, model: facts.modelRequested, inputTokens: input.expected });
  const limit = call.maxOutputTokens ?? model.maxOutputTokens;
  const output = answersOf(limit, numberOf(params.n) ?? 1, usual?.outputTokens);
  const timeoutMs = call.timeoutMs ?? model.timeoutMs;
  const time = { atMs: at.getTime(), seconds: timeoutMs === undefined ? undefined : timeoutMs / 1000 };
  const cost = priceCall(facts, time, toUsage(expectedOf(input, output)), boundsOf(input, output), { table });
  const size = { inputTokens: input.most, outputTokens: output.most, seconds: time.seconds };
  const most = mostOf(dearestPrice(toCostQuery(facts, time), size, { table }), input.most, output.most);
  return {
    ...amountsOf(cost, most, usual?.usd),
    inputTokens: input,
    outputTokens: output,
    basis: usual === undefined ? "estimate" : "history",
    row: cost.row,
    reason: cost.reason,
    warnings: [...cost.warnings, ...doubtsOf(input, output, usual !== undefined)],
  };
}

async function promptOf(messages: readonly BaseMessage[], params: Readonly<Json>): Promise<QuotedTokens> {
  const { tools, ...others } = params;
  const parts = promptParts(messages, itemsOf(tools), Object.values(others).filter(isObject));
  const { low, tokens, high } = await estimatePrompt(parts, await Counting.start(FOR_COUNTS));
  // How long a film or a document is, only its server sees.
  const isOpen = parts.messages.some(({ files }) => files > 0);
  return { least: low, expected: tokens, most: isOpen ? undefined : high };
}

/** @param usual - what such calls were answered with */
function answersOf(limit: number | undefined, answers: number, usual: number | undefined): QuotedTokens {
  const most = limit === undefined ? undefined : limit * answers;
  return { least: answers, expected: Math.min(usual ?? TOKENS_OF_AN_ANSWER * answers, most ?? Infinity), most };
}

function expectedOf(input: QuotedTokens, output: QuotedTokens): TokenCounts {
  return { inputTokens: input.expected, outputTokens: output.expected };
}

function boundsOf(input: QuotedTokens, output: QuotedTokens): UsageBounds {
  return {
    reason: "the call is not made yet",
    inputTokens: [input.least, input.most ?? null],
    outputTokens: [output.least, output.most ?? null],
  };
}

/** As much as a budget would hold for the call. */
function mostOf(
  price: DearestPrice | string,
  inputTokens: number | undefined,
  outputTokens: number | undefined,
): Usd | undefined {
  if (typeof price === "string") return undefined;
  const isOpen = (inputTokens === undefined && price.input > 0n) || (outputTokens === undefined && price.output > 0n);
  return isOpen ? undefined : price.call + costAtMost(price, inputTokens ?? 0, outputTokens ?? 0);
}

/** For how long a GPU will work, nobody knows before: by its hours, only the most is known. */
function amountsOf(
  cost: BoundedCost,
  most: Usd | undefined,
  usual: Usd | undefined,
): Pick<Quote, "leastUsd" | "expectedUsd" | "mostUsd"> {
  const isByTime = cost.components.gpu !== undefined;
  const expected = usual ?? (isByTime ? undefined : cost.totalPico);
  // What such calls cost says no more than the limits of this one.
  const within = most === undefined || expected === undefined || expected < most ? expected : most;
  return {
    leastUsd: isByTime ? undefined : cost.lowUsd,
    expectedUsd: within === undefined ? undefined : formatUsd(within),
    mostUsd: most === undefined ? undefined : formatUsd(most),
  };
}

function doubtsOf(input: QuotedTokens, output: QuotedTokens, isUsual: boolean): string[] {
  const doubts: string[] = [];
  if (input.most === undefined) doubts.push("how long a document, a recording or a film is, only the server sees");
  if (output.most === undefined) doubts.push("nothing limits the answer: set the model's limit on output tokens");
  if (!isUsual)
    doubts.push(`how long the answer will be is a guess of ${TOKENS_OF_AN_ANSWER} tokens: give a \`history\``);
  return doubts;
}

function toMessages(input: BaseLanguageModelInput): BaseMessage[] {
  if (typeof input === "string") return [coerceMessageLikeToMessage(input)];
  if (Array.isArray(input)) {
    for (const [position, item] of input.entries())
      checkGiven(`messages[${position}]`, item, isMessageLike, "Pass messages, texts, or `{ role, content }`.");
    return input.map(coerceMessageLikeToMessage);
  }
  if (!isObject(input) || !("toChatMessages" in input))
    throw notFit("messages", input, "Pass a text, a list of messages, or a prompt.");
  return input.toChatMessages();
}

async function gathered(history: NonNullable<QuoteOptions["history"]>): Promise<PastCall[]> {
  const calls: PastCall[] = [];
  const source = Symbol.asyncIterator in history ? history : callsOf(history);
  for await (const call of source) calls.push(call);
  return calls;
}
