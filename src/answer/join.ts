import type { AnswerDelta, ToolCallDelta } from "./delta.js";

/** The sum of a stream's deltas as one delta for each choice: the form in which answers come that were not streamed. */
export function joinDeltas(deltas: Iterable<AnswerDelta>): AnswerDelta[] {
  const choices = new Map<number, Sum>();
  for (const delta of deltas) {
    const choice = delta.choice ?? 0;
    let sum = choices.get(choice);
    if (!sum)
      choices.set(
        choice,
        (sum = { text: [], reasoning: [], logprobs: [], calls: new Map(), rest: choice === 0 ? {} : { choice } }),
      );
    add(sum, delta);
  }
  return [...choices].sort(([a], [b]) => a - b).map(([, sum]) => finish(sum));
}

interface Sum {
  text: string[];
  reasoning: string[];
  logprobs: Record<string, unknown>[];
  calls: Map<number, { id?: string; name?: string; args: string[] }>;
  rest: AnswerDelta;
}

function add(sum: Sum, delta: AnswerDelta): void {
  const { rest } = sum;
  if (delta.text !== undefined) sum.text.push(delta.text);
  if (delta.reasoning !== undefined) sum.reasoning.push(delta.reasoning);
  if (delta.toolCalls) addCalls(sum, delta.toolCalls);
  if (delta.logprobs) sum.logprobs.push(delta.logprobs);
  if (delta.metadata) rest.metadata = Object.assign(rest.metadata ?? {}, delta.metadata);
  if (delta.extra) rest.extra = Object.assign(rest.extra ?? {}, delta.extra);
  if (delta.finishReason !== undefined) rest.finishReason = delta.finishReason;
  if (delta.thoughtInText) rest.thoughtInText = delta.thoughtInText;
  if (delta.usage) rest.usage = delta.usage;
  if (delta.partialUsage) rest.partialUsage = delta.partialUsage;
  if (delta.declaredCostUsd !== undefined) rest.declaredCostUsd = delta.declaredCostUsd;
}

function addCalls({ calls }: Sum, pieces: readonly ToolCallDelta[]): void {
  for (const { index, id, name, args } of pieces) {
    let call = calls.get(index);
    if (!call) calls.set(index, (call = { args: [] }));
    call.id ??= id;
    call.name ??= name;
    if (args) call.args.push(args);
  }
}

function finish({ text, reasoning, logprobs, calls, rest }: Sum): AnswerDelta {
  if (text.length > 0) rest.text = text.join("");
  if (reasoning.length > 0) rest.reasoning = reasoning.join("");
  const { thoughtInText, text: said = "" } = rest;
  if (thoughtInText) {
    rest.reasoning = (rest.reasoning ?? "") + said.slice(0, thoughtInText[0]);
    rest.text = said.slice(thoughtInText[1]);
    delete rest.thoughtInText;
  }
  if (calls.size > 0)
    rest.toolCalls = [...calls].map(([index, { id, name, args }]) => ({ index, id, name, args: args.join("") }));
  if (logprobs.length > 0) rest.logprobs = joinLogprobs(logprobs);
  return rest;
}

/** Servers send `{content: [...]}` or parallel arrays, a slice with each chunk. */
export function joinLogprobs(slices: readonly Record<string, unknown>[]): Record<string, unknown> {
  const joined: Record<string, unknown[]> = {};
  const single: Record<string, unknown> = {};
  for (const slice of slices) {
    for (const [key, value] of Object.entries(slice)) {
      if (!Array.isArray(value)) single[key] = value;
      else {
        const list = (joined[key] ??= []);
        for (const item of value) list.push(item);
      }
    }
  }
  return { ...single, ...joined };
}
