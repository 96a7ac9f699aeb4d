import { imagesOf, textsOf, type ChatRequest } from "./chat_request.js";
import type { Random } from "./random.js";
import { randomSize, randomText } from "./texts.js";
import { countTokens, type Vocabulary } from "./tokens.js";

/** One step of generating: text that is sent, or tokens that are billed and never seen. */
export interface Step {
  kind: "text" | "reasoning" | "call" | "hidden";
  text: string;
  tokens: number;
}

/** One answer to a request. */
export interface Generation {
  steps: Step[];
  /** The tool that is called. Its arguments are the text of the steps of that kind. */
  tool?: string;
  finish: "stop" | "length" | "tool_calls";
}

/** How an answer comes about. */
export interface GenerationOptions {
  vocabulary: Vocabulary;
  callsTool: boolean;
  /** The first step is seen by the client. */
  beginsVisibly: boolean;
}

/** Generates an answer, within the request's limit. */
export function generate(request: ChatRequest, random: Random, options: GenerationOptions): Generation {
  const { vocabulary, callsTool, beginsVisibly } = options;
  const tool = callsTool ? nameOf(request.tools[0]) : undefined;
  const steps = [
    ...(beginsVisibly ? [toStep("text", "Well", vocabulary)] : []),
    ...(random.chance(0.4) ? thinkingSteps(random, vocabulary) : []),
    ...(tool === undefined ? textSteps(random, vocabulary) : callSteps(tool, random, vocabulary)),
    // The token that ends an answer is billed by some.
    ...(random.chance(0.5) ? [hidden(1)] : []),
  ];
  const within = limited(steps, request.maxTokens ?? Infinity, vocabulary);
  const isWhole = within.length === steps.length && within.at(-1) === steps.at(-1);
  return { steps: within, tool, finish: !isWhole ? "length" : tool === undefined ? "stop" : "tool_calls" };
}

const toStep = (kind: Step["kind"], text: string, vocabulary: Vocabulary): Step => ({
  kind,
  text,
  tokens: countTokens(text, vocabulary),
});

const hidden = (tokens: number): Step => ({ kind: "hidden", text: "", tokens });

/** Reasoning, some of which is never shown. */
function thinkingSteps(random: Random, vocabulary: Vocabulary): Step[] {
  return Array.from({ length: random.int(1, 12) }, () =>
    random.chance(0.5)
      ? toStep("reasoning", randomText(random, random.int(1, 4)), vocabulary)
      : hidden(random.int(1, random.chance(0.2) ? 2_000 : 30)),
  );
}

function textSteps(random: Random, vocabulary: Vocabulary): Step[] {
  return slices(random, randomText(random, randomSize(random))).map((text) => toStep("text", text, vocabulary));
}

/** A call's arguments. The tokens of its name are billed with the first of theirs. */
function callSteps(tool: string, random: Random, vocabulary: Vocabulary): Step[] {
  const args = JSON.stringify({ place: randomText(random, random.int(1, 6)).slice(0, 60) });
  return slices(random, args).map((text, position) => {
    const ofName = position === 0 ? countTokens(tool, vocabulary) : 0;
    return { kind: "call", text, tokens: ofName + countTokens(text, vocabulary) };
  });
}

function nameOf(tool: unknown): string | undefined {
  const { function: called } = (tool ?? {}) as { function?: { name?: string } };
  return called?.name;
}

/** Cuts a text into at most 60 pieces, not inside of a character. */
function slices(random: Random, text: string): string[] {
  const characters = [...text];
  const size = Math.max(random.int(1, 12), Math.ceil(characters.length / 60));
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += size) pieces.push(characters.slice(at, at + size).join(""));
  return pieces;
}

/** The steps that fit into a limit, the last of them shortened. There is always one. */
function limited(steps: readonly Step[], limit: number, vocabulary: Vocabulary): Step[] {
  const within: Step[] = [];
  let left = limit;
  for (const step of steps) {
    if (step.tokens <= left) {
      within.push(step);
      left -= step.tokens;
      continue;
    }
    const text = shortened(step.text, left, vocabulary);
    if (step.kind === "hidden" && left > 0) within.push(hidden(left));
    else if (text !== "") within.push(toStep(step.kind, text, vocabulary));
    break;
  }
  return within.length > 0 ? within : [toStep("text", "a", vocabulary)];
}

function shortened(text: string, limit: number, vocabulary: Vocabulary): string {
  const characters = [...text];
  while (characters.length > 0 && countTokens(characters.join(""), vocabulary) > limit) characters.pop();
  return characters.join("");
}

const TOKENS_PER_IMAGE = [85, 576, 2_880];

/** Counts a prompt as a server does: its texts, what its chat template adds, tools, a schema, images. */
export function countPrompt(request: ChatRequest, random: Random, vocabulary: Vocabulary): number {
  const { messages, tools, schema } = request;
  const count = (text: string) => countTokens(text, vocabulary);
  const ofTemplate = vocabulary === "bytes" ? random.int(0, 1_500) : random.int(0, 400);
  const ofMessage = vocabulary === "bytes" ? random.int(3, 48) : random.int(3, 12);
  const toolCopies = random.int(1, 2);
  let tokens = ofTemplate + messages.length * ofMessage;
  for (const message of messages) {
    for (const text of textsOf(message)) tokens += count(text);
    tokens += imagesOf(message) * random.pick(TOKENS_PER_IMAGE);
  }
  for (const tool of tools) tokens += toolCopies * count(JSON.stringify(tool));
  if (schema !== undefined && random.chance(0.5)) tokens += count(JSON.stringify(schema));
  return Math.max(1, tokens);
}
