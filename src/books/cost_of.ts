import { PriceNotFoundError } from "../base/errors.js";
import { isObject } from "../base/json.js";
import { shown } from "../base/shown.js";
import { withJson } from "../base/json_amounts.js";
import type { CostOptions } from "../pricing/cost.js";
import { instantOf } from "../pricing/look_up/dates.js";
import { answerFacts, mergeFacts, serverMsOf } from "./call_facts.js";
import { priceCall, type BoundedCost } from "../ledger/price_call.js";
import { noted } from "../ledger/noted.js";
import { believed } from "./settle.js";
import { withElsewhere } from "./spellings/elsewhere.js";
import { evidenceOfMessage, type Evidence } from "./spellings/evidence.js";
import { readAnswer } from "./spellings/read_answer.js";
import type { Reading } from "./spellings/spelled.js";
import { toReport, usageOfMessage } from "./usage_report.js";

/** The parts of a message that decide its cost; any LangChain `AIMessage` has them. */
export interface PricedMessage {
  /** The tokens, as LangChain's messages have them. */
  usage_metadata?: object | undefined;
  /** What names the provider, the model and the day. */
  response_metadata?: object | undefined;
}

/** What a message cannot say, or what is to be assumed instead. */
export interface CostOfOptions extends CostOptions {
  /** The day of the call; a text is read as `Date` reads it. @default the one that the message names, else now */
  at?: Date | string | undefined;
  /** @default the provider that the message names */
  provider?: string | undefined;
  /** Price the usage as that of another model. */
  model?: string | undefined;
  /** How long the call took, in seconds; needed where GPU hours are declared. @default as long as this package's models measured, else as the server says */
  seconds?: number | undefined;
  /**
   * Believe what the message says of its price: the server's own figures, and what this package's models write on their messages,
   * also where the message was stored as JSON since.
   * @default false
   */
  trustServerPrices?: boolean | undefined;
  /** Throw `PriceNotFoundError` instead of answering that there is no price. @default false */
  strict?: boolean | undefined;
}

/**
 * What one message cost, with the figures that contain it where its usage is an estimate. A pure function of message,
 * date and table, so it can be asked again with a newer table. What has no price is `unpriced`.
 * @throws PriceNotFoundError with `strict`, when it cannot be priced; nothing else
 * @example costOf(await model.invoke("Why do tides come twice a day?")).totalUsd; // a decimal string, or undefined
 */
export function costOf(message: PricedMessage, options: CostOfOptions = {}): BoundedCost {
  const { at, provider, model, seconds, strict, trustServerPrices = false, ...pricing } = options ?? {};
  const evidence = evidenceOfMessage(message);
  const reading = saysHowSure(evidence) ? undefined : readOnItsOwn(evidence);
  const report = reading === undefined ? usageOfMessage(message) : toReport(reading);
  const answer = answerFacts(evidence, reading, trustServerPrices && isObject(evidence.metadata.metered));
  const merged = mergeFacts({ modelRequested: model }, answer, trustServerPrices);
  const facts = provider === undefined ? merged : { ...merged, provider };
  const servedMs = serverMsOf(answer, merged.isServerTrusted === true);
  const time = {
    atMs: at === undefined ? (answer.createdMs ?? Date.now()) : instantOf(at),
    seconds: seconds ?? (servedMs === undefined ? undefined : servedMs / 1000),
  };
  const { usage, estimate } = report;
  const problem = noMessage(message) ?? report.problem;
  const priced = believed(model === undefined ? facts : { ...facts, modelServed: undefined }, report);
  const cost = noted(priceCall(priced, time, usage, estimate, pricing), report);
  if (strict === true && cost.status === "unpriced") {
    const named = { model: facts.modelRequested ?? facts.modelServed ?? "unknown", provider: facts.provider };
    throw new PriceNotFoundError(
      `The cost of a message of \`${named.model}\` (${named.provider}) is not known: ${problem ?? cost.reason}. Give a price with definePriceTable, or declare one on the model.`,
      named,
    );
  }
  return withJson(problem === undefined ? cost : { ...cost, reason: problem, warnings: [...cost.warnings, problem] });
}

/** Why what was given is no message, if it is none: a promise of one has no usage either. */
function noMessage(given: unknown): string | undefined {
  if (!isObject(given)) return `\`${shown(given)}\` is no message`;
  return typeof given.then === "function" ? `\`${shown(given)}\` is no message: await it first` : undefined;
}

/** Whether the message says itself how sure its usage is, as this package's do, also after they were stored as JSON. */
function saysHowSure({ metadata }: Evidence): boolean {
  return metadata.usage_source !== undefined;
}

/** A message may be of a class that reports in `response_metadata` only. */
function readOnItsOwn(evidence: Evidence): Reading {
  const reading = readAnswer(evidence);
  return reading.usage === undefined ? withElsewhere(reading, evidence) : reading;
}
