import { checkGiven, isString } from "../../base/check_given.js";
import { isObject } from "../../base/json.js";
import { loadCl100k } from "./cl100k.js";

/** What the formula adds once per prompt, for the start of the reply. */
const perPrompt = 3;

function isTextPart(part: unknown): part is { type: "text"; text: string } {
  if (typeof part !== "object" || part === null) return false;
  return "type" in part && part.type === "text" && "text" in part && typeof part.text === "string";
}

const areMessages = (value: unknown) => Array.isArray(value) && value.every(isObject);

/** The strings in the value of a message's field: itself, or the text parts of a list. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter(isTextPart).map((part) => part.text) : [];
}

/**
 * Counts a prompt as MetaGPT's `count_message_tokens(messages, "open-llm-model")` does: 3, and the `cl100k_base` tokens
 * of each field's value, the role's included. Messages are in the wire's form, `{ role, content, ... }`.
 *
 * Where MetaGPT fails and counts nothing, this counts the text there is: of a list all text parts, of the name of a
 * special token its letters, and nothing of `null`, numbers and other objects.
 */
export async function originTokenCount(messages: readonly object[]): Promise<number> {
  checkGiven("messages", messages, areMessages, "Pass a list of `{ role, content }`.");
  const count = await loadCl100k();
  const texts = messages.flatMap((message) => Object.values(message).flatMap(textsOf));
  return texts.reduce((sum, text) => sum + count(text), perPrompt);
}

/** Counts a reply as MetaGPT's `count_string_tokens(text, "open-llm-model")` does: its `cl100k_base` tokens. */
export async function originReplyTokenCount(text: string): Promise<number> {
  checkGiven("text", text, isString, "Pass a text.");
  return (await loadCl100k())(text);
}
