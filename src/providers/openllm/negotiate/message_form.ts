import { itemsOf, isObject, nonEmpty, type Json } from "../../../base/json.js";
import type { Dialect } from "../../../wires/openai/dialect.js";
import { withOneSystem } from "../../../wires/openai/messages.js";

/** What chat templates demand of a conversation, each with the way into that form. They are gone in this order. */
const FORMS = {
  reasoningOnCalls: (messages: Json[]) =>
    messages.map((message) => (hasCalls(message) ? withThought(message) : message)),
  reasoningOnAll: (messages: Json[]) => messages.map(withThought),
  noReasoning: (messages: Json[]) => messages.map(withoutThought),
  answeredCalls,
  oneSystem: withOneSystem,
  noSystem,
  userFirst,
  alternate,
  nineCharacterIds,
};

/** A form of a conversation that some chat template demands. */
export type MessageForm = keyof typeof FORMS;

export const MESSAGE_FORMS = Object.keys(FORMS) as readonly MessageForm[]; // an object of this file

export const isMessageForm = (value: unknown): boolean => MESSAGE_FORMS.some((form) => form === value);

/** Wire messages in the forms that a server demands. Those that have them already stay as they are. */
export function inForm(messages: Json[], forms: ReadonlySet<string>): Json[] {
  return MESSAGE_FORMS.reduce((list, form) => (forms.has(form) ? FORMS[form](list) : list), messages);
}

/** How a server is spoken to that wants thoughts back in `reasoning_content`, under whichever name they came. */
export function dialectIn(forms: ReadonlySet<string>, dialect: Dialect): Dialect {
  const onAll = forms.has("reasoningOnAll");
  if (!onAll && !forms.has("reasoningOnCalls")) return dialect;
  const { replayReasoning } = dialect;
  return {
    ...dialect,
    replayReasoning: (cameAs, onCalls) => (onAll || onCalls ? ["reasoning_content"] : replayReasoning(cameAs, onCalls)),
  };
}

/** The thought of a message that came without one: servers that want one check that it is there, and some that it is not empty. */
const NO_THOUGHT = " ";

function withThought(message: Json): Json {
  if (message.role !== "assistant" || nonEmpty(message.reasoning_content) !== undefined) return message;
  return { ...message, reasoning_content: NO_THOUGHT };
}

function withoutThought({
  reasoning_content: _content,
  reasoning: _reasoning,
  thinking: _thinking,
  ...message
}: Json): Json {
  return message;
}

/** Each call has a result, and each result a call: an agent that was stopped leaves the one, a history that was cut the other. */
function answeredCalls(messages: Json[]): Json[] {
  const called = new Set(messages.flatMap(callIds));
  const answered = new Set(messages.map(({ tool_call_id: id }) => id));
  return messages.flatMap((message) => {
    if (message.role === "tool" && !called.has(message.tool_call_id)) return { role: "user", content: message.content };
    const open = callIds(message).filter((id) => !answered.has(id));
    return [message, ...open.map((id) => ({ role: "tool", content: "No result.", tool_call_id: id }))];
  });
}

/** What the system says stands before what the user says first. */
function noSystem(messages: Json[]): Json[] {
  const [system, ...rest] = withOneSystem(messages);
  if (system?.role !== "system") return messages;
  const [first, ...others] = rest;
  if (first?.role !== "user") return [{ ...system, role: "user" }, ...rest];
  return [{ ...first, content: joined(system.content, first.content) }, ...others];
}

/** A turn of the user, and one of the assistant, where a template wants one and there was none. */
const CONTINUE: Json = { role: "user", content: "Continue." };
const UNDERSTOOD: Json = { role: "assistant", content: "OK." };

function userFirst(messages: Json[]): Json[] {
  const start = messages.findIndex(({ role }) => role !== "system");
  if (start < 0)
    return messages.map((message, at) => (at === messages.length - 1 ? { ...message, role: "user" } : message));
  return messages[start]?.role === "user"
    ? messages
    : [...messages.slice(0, start), CONTINUE, ...messages.slice(start)];
}

/** User and assistant in turn after one system message; calls and their results in between are the assistant's. */
function alternate(messages: Json[]): Json[] {
  const turns: Json[] = [];
  for (const message of userFirst(withOneSystem(messages))) {
    const before = turns.at(-1);
    if (before !== undefined && before.role === message.role && message.role !== "tool" && !hasCalls(before)) {
      turns[turns.length - 1] = { ...before, ...message, content: joined(before.content, message.content) };
      continue;
    }
    if (before?.role === "tool" && message.role === "user") turns.push(UNDERSTOOD);
    turns.push(message);
  }
  return turns;
}

/** Two contents as one, as text where both are. */
function joined(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) || Array.isArray(other)) return [...toParts(one), ...toParts(other)];
  return [one, other].filter(nonEmpty).join("\n\n");
}

function toParts(content: unknown): readonly unknown[] {
  const text = nonEmpty(content);
  return text === undefined ? itemsOf(content) : [{ type: "text", text }];
}

/** Ids of calls as Mistral's templates want them, by their place in the conversation: the same in each of its turns. */
function nineCharacterIds(messages: Json[]): Json[] {
  const taken = new Set(messages.flatMap(callIds).filter((id) => typeof id === "string" && NINE.test(id)));
  const short = new Map<unknown, string>();
  let count = 0;
  const toShort = (id: unknown): unknown => {
    if (id === undefined || taken.has(id)) return id;
    let found = short.get(id);
    while (found === undefined || taken.has(found)) found = `call${String(++count).padStart(5, "0")}`;
    short.set(id, found);
    return found;
  };
  return messages.map((message) => ({
    ...message,
    ...(hasCalls(message) ? { tool_calls: callsOf(message).map((call) => ({ ...call, id: toShort(call.id) })) } : {}),
    ...("tool_call_id" in message ? { tool_call_id: toShort(message.tool_call_id) } : {}),
  }));
}

const NINE = /^[a-zA-Z0-9]{9}$/;

const callsOf = ({ tool_calls: calls }: Json): Json[] => itemsOf(calls).filter(isObject);
const callIds = (message: Json): unknown[] => callsOf(message).map(({ id }) => id);
const hasCalls = (message: Json): boolean => callsOf(message).length > 0;
