import type { Recording } from "./recordings.js";

type Json = Record<string, unknown>;

/** A tool call on the wire. `args` is the JSON text that came for it. */
export interface WireCall {
  id?: string;
  name: string;
  args: string;
}

/** What a recorded answer says, read from its bytes with nothing of the package's own. */
export interface WireAnswer {
  text: string;
  reasoning: string;
  /** Calls whose arguments are a JSON object, or of which none were asked. */
  whole: WireCall[];
  /** Calls that were cut off, or whose arguments are no JSON object. */
  broken: WireCall[];
  /** As the server sent it, in the body or in the last chunk that has it. */
  usage?: Json;
  timings?: Json;
  finish?: string;
  /** The answer is an error, or was cut off. */
  failure?: { words: string; status?: number };
}

/** Reads a recorded exchange of `/v1/chat/completions`. */
export function readRecorded({ response }: Recording): WireAnswer {
  const body = response.chunks.join("");
  if (response.status !== 200) return { ...empty(), failure: { words: wordsOf(body), status: response.status } };
  if (body === "") return { ...empty(), failure: { words: "" } };
  const isStream = body.startsWith("data:");
  const answer = isStream ? readStream(body) : readBody(JSON.parse(body) as Json);
  if (response.cutByClient && !answer.failure) answer.failure = { words: "" };
  return splitThinking(answer);
}

function empty(): WireAnswer {
  return { text: "", reasoning: "", whole: [], broken: [] };
}

function readBody(body: Json): WireAnswer {
  const answer = empty();
  if (body.error) return { ...answer, failure: { words: wordsOf(JSON.stringify(body)) } };
  const [choice] = body.choices as Json[];
  const message = choice?.message as Json;
  answer.text = String(message.content ?? "");
  answer.reasoning = String(message.reasoning_content ?? message.reasoning ?? "");
  answer.finish = choice?.finish_reason as string;
  const calls = ((message.tool_calls ?? []) as Json[]).map((call) => ({ ...functionOf(call), id: call.id as string }));
  sortCalls(calls, answer);
  return { ...answer, usage: body.usage as Json, timings: body.timings as Json };
}

function readStream(body: string): WireAnswer {
  const answer = empty();
  const calls = new Map<number, WireCall>();
  for (const line of body.split("\n")) {
    if (!line.startsWith("data: ") || line === "data: [DONE]") continue;
    const chunk = JSON.parse(line.slice(6)) as Json;
    if (chunk.error)
      answer.failure = { words: wordsOf(JSON.stringify(chunk)), status: (chunk.error as Json).code as number };
    if (chunk.usage) answer.usage = chunk.usage as Json;
    if (chunk.timings) answer.timings = chunk.timings as Json;
    for (const choice of (chunk.choices ?? []) as Json[]) addDelta(choice, answer, calls);
  }
  sortCalls([...calls.values()], answer);
  return answer;
}

function addDelta(choice: Json, answer: WireAnswer, calls: Map<number, WireCall>): void {
  const delta = (choice.delta ?? {}) as Json;
  answer.text += String(delta.content ?? "");
  answer.reasoning += String(delta.reasoning_content ?? delta.reasoning ?? "");
  answer.finish = (choice.finish_reason as string | null) ?? answer.finish;
  for (const piece of (delta.tool_calls ?? []) as Json[]) {
    const { name, args } = functionOf(piece);
    const call = calls.get(piece.index as number) ?? { name: "", args: "" };
    calls.set(piece.index as number, {
      id: call.id ?? (piece.id as string),
      name: call.name || name,
      args: call.args + args,
    });
  }
}

function functionOf(call: Json): WireCall {
  const { name, arguments: args } = call.function as Json;
  return { name: String(name ?? ""), args: String(args ?? "") };
}

/** vLLM was seen to send arguments as a JSON text in a JSON text. */
function unwrapped(call: WireCall): WireCall {
  return call.args.startsWith('"') ? { ...call, args: String(JSON.parse(call.args)) } : call;
}

/** A last call without any arguments is cut off when the output limit was reached; else it asks for none. */
function sortCalls(calls: WireCall[], answer: WireAnswer): void {
  calls.map(unwrapped).forEach((call, at) => {
    const isCut = call.args === "" && at === calls.length - 1 && answer.finish === "length";
    (!isCut && isObjectText(call.args || "{}") ? answer.whole : answer.broken).push(call);
  });
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** An answer that begins with `<think>` is reasoning up to the closing tag. */
function splitThinking(answer: WireAnswer): WireAnswer {
  const parts = /^<think>([^]*?)<\/think>([^]*)$/.exec(answer.text);
  return parts ? { ...answer, reasoning: parts[1] ?? "", text: parts[2] ?? "" } : answer;
}

/** The server's own words in an error body. */
function wordsOf(body: string): string {
  try {
    const json = JSON.parse(body) as Json;
    const said = (json.error ?? json.detail ?? json) as string | Json | Json[];
    const inner = Array.isArray(said) ? (said[0] ?? {}) : said;
    return typeof inner === "string" ? inner : String(inner.message ?? inner.msg);
  } catch {
    // Of a page, what its reader sees.
    return body.replace(/<head>[^]*<\/head>/, "").replace(/<[^>]*>/g, " ");
  }
}
