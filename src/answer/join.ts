import type { AnswerDelta } from "./delta.js";

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

function add(sum: Sum, { text, reasoning, toolCalls, metadata, extra, logprobs, ...rest }: AnswerDelta): void {
  if (text !== undefined) sum.text.push(text);
  if (reasoning !== undefined) sum.reasoning.push(reasoning);
  for (const { index, id, name, args } of toolCalls ?? []) {
    let call = sum.calls.get(index);
    if (!call) sum.calls.set(index, (call = { args: [] }));
    call.id ??= id;
    call.name ??= name;
    if (args) call.args.push(args);
  }
  if (metadata) sum.rest.metadata = { ...sum.rest.metadata, ...metadata };
  if (extra) sum.rest.extra = { ...sum.rest.extra, ...extra };
  if (logprobs) sum.logprobs.push(logprobs);
  Object.assign(sum.rest, rest);
}

function finish({ text, reasoning, logprobs, calls, rest }: Sum): AnswerDelta {
  const toolCalls = [...calls].map(([index, call]) => ({ index, ...call, args: call.args.join("") }));
  return {
    ...rest,
    ...(text.length > 0 ? { text: text.join("") } : {}),
    ...(reasoning.length > 0 ? { reasoning: reasoning.join("") } : {}),
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
    ...(logprobs.length > 0 ? { logprobs: joinLogprobs(logprobs) } : {}),
  };
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
