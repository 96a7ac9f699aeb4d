import type { ChatRequest } from "./chat_request.js";
import { countPrompt, generate } from "./generation.js";
import { OllamaWriter } from "./ollama_writer.js";
import { OpenAIWriter } from "./openai_writer.js";
import type { CallPlan, RequestPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Order } from "./streaming.js";
import type { Reporting } from "./writer.js";

const REPORTINGS: readonly [Reporting, weight: number][] = [
  ["at the end", 12],
  ["with the last word", 4],
  ["running", 3],
  ["not", 4],
  ["zeros", 1],
  ["input only", 1],
  ["output only", 1],
];

/** Decides everything about a request's answer. */
export function toOrder(
  request: ChatRequest,
  call: CallPlan,
  { fault, tellsUsage = false, random }: RequestPlan,
  onSilence: () => void,
): Order {
  const { vocabulary } = call;
  const input = countPrompt(request, random, vocabulary);
  const cached = random.chance(0.4) ? random.int(0, input) : 0;
  const isAgent = call.path.name.startsWith("agent");
  const callsTool = request.tools.length > 0 && (isAgent ? request.turn < call.toolTurns : random.chance(0.5));
  const options = { vocabulary, callsTool, beginsVisibly: fault === "silence in the middle" };
  const generations = Array.from({ length: request.n }, () => generate(request, random, options));
  const inHeader = request.wire === "openai" && call.kind === "fireworks" && random.chance(0.3);
  const writing = {
    model: request.model,
    id: `${request.mark.index}-${request.mark.part}-${request.turn}`,
    reporting: tellsUsage ? "at the end" : reportingOf(request, random),
    // A server that charges less for cached tokens says how many there were.
    tellsCached: !inHeader && (cached > 0 || random.chance(0.5)),
    tellsReasoning: random.chance(0.5),
  };
  const writer = request.wire === "ollama" ? new OllamaWriter(writing) : new OpenAIWriter(writing);
  const isForced = call.path.name === "invoke, made to stream" && !request.stream;
  return {
    fault: isForced ? "must stream" : fault,
    stream: request.stream,
    generations,
    input,
    cached,
    writer,
    headers: inHeader ? { "fireworks-cached-prompt-tokens": String(cached) } : {},
    random,
    onSilence,
  };
}

function reportingOf(request: ChatRequest, random: Random): Reporting {
  const [reporting] = random.weighted(REPORTINGS, ([, weight]) => weight);
  return request.stream && !request.asksForUsage ? "not" : reporting;
}
