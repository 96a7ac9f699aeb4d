import { merged } from "../base/merged.js";
import type { AnswerDelta } from "./delta.js";
import { Logprobs } from "./logprobs.js";
import { Pieces } from "./pieces.js";
import { CallPieces } from "./tool_calls.js";

/** The sum of a stream's deltas as one delta for each choice: the form in which answers come that were not streamed. */
export function joinDeltas(deltas: Iterable<AnswerDelta>): AnswerDelta[] {
  const sum = new DeltaSum();
  for (const delta of deltas) sum.add(delta);
  return sum.whole;
}

/** The sum of deltas as they come. */
export class DeltaSum {
  private readonly choices = new Map<number, Sum>();

  add(delta: AnswerDelta): void {
    const choice = delta.choice ?? 0;
    let sum = this.choices.get(choice);
    if (!sum) this.choices.set(choice, (sum = newSum(choice)));
    add(sum, delta);
  }

  /** One delta for each choice, in their order. */
  get whole(): AnswerDelta[] {
    return [...this.choices].sort(([a], [b]) => a - b).map(([, sum]) => finish(sum));
  }
}

interface Sum {
  text: Pieces;
  reasoning: Pieces;
  logprobs: Logprobs;
  calls: CallPieces;
  metadata?: Map<string, unknown>;
  extra?: Map<string, unknown>;
  rest: AnswerDelta;
}

function newSum(choice: number): Sum {
  return {
    text: new Pieces(),
    reasoning: new Pieces(),
    logprobs: new Logprobs(),
    calls: new CallPieces(),
    rest: choice === 0 ? {} : { choice },
  };
}

function add(sum: Sum, delta: AnswerDelta): void {
  const { rest } = sum;
  if (delta.text !== undefined) sum.text.push(delta.text);
  if (delta.reasoning !== undefined) sum.reasoning.push(delta.reasoning);
  if (delta.toolCalls) for (const call of delta.toolCalls) sum.calls.add(call);
  if (delta.logprobs) sum.logprobs.add(delta.logprobs);
  if (delta.metadata) keep(delta.metadata, (sum.metadata ??= new Map<string, unknown>()));
  if (delta.extra) keep(delta.extra, (sum.extra ??= new Map<string, unknown>()));
  if (delta.finishReason !== undefined) rest.finishReason = delta.finishReason;
  if (delta.thoughtInText) rest.thoughtInText = delta.thoughtInText;
  if (delta.usage) rest.usage = delta.usage;
  if (delta.partialUsage) rest.partialUsage = delta.partialUsage;
  if (delta.declaredCostUsd !== undefined) rest.declaredCostUsd = delta.declaredCostUsd;
}

/** The names are a server's, and may be any words. */
function keep(fields: Readonly<Record<string, unknown>>, into: Map<string, unknown>): void {
  for (const [name, value] of Object.entries(fields)) into.set(name, value);
}

function finish({ text, reasoning, logprobs, calls, metadata, extra, rest }: Sum): AnswerDelta {
  const whole: AnswerDelta = merged(rest, undefined);
  if (metadata) whole.metadata = Object.fromEntries(metadata);
  if (extra) whole.extra = Object.fromEntries(extra);
  if (!text.isEmpty) whole.text = text.text;
  if (!reasoning.isEmpty) whole.reasoning = reasoning.text;
  const { thoughtInText, text: said = "" } = whole;
  if (thoughtInText) {
    whole.reasoning = (whole.reasoning ?? "") + said.slice(0, thoughtInText[0]);
    whole.text = said.slice(thoughtInText[1]);
    delete whole.thoughtInText;
  }
  const toolCalls = calls.whole.map(({ index, id, name, args }) => ({ index, id, name, args }));
  if (toolCalls.length > 0) whole.toolCalls = toolCalls;
  if (!logprobs.isEmpty) whole.logprobs = logprobs.whole;
  return whole;
}
