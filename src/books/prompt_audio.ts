import { fieldsOf, itemsOf, nonEmpty } from "../base/json.js";
import type { Fields } from "./spellings/spelled.js";

/**
 * Whether a prompt, as `handleChatModelStart` is given it, has audio, which costs more than text, and is for a class that will
 * not say how much of it was.
 */
export function hidesAudio(className: string | undefined, prompt: unknown): boolean {
  if (className !== "ChatGoogleGenerativeAI") return false;
  const messages = itemsOf(prompt).flatMap(itemsOf).map(fieldsOf);
  return messages.some(({ content }) => itemsOf(content).map(fieldsOf).some(isAudio));
}

/** A block of content in any of the forms that LangChain knows. Films have sound. */
function isAudio(block: Fields): boolean {
  const media = [block, fieldsOf(block.inlineData), fieldsOf(block.fileData)];
  const kinds = [block.type, ...media.flatMap(({ mimeType, mime_type }) => [mimeType, mime_type])];
  return kinds.some((kind) => /^(?:input_)?(?:audio|video)(?:_url|\/|$)/.test(nonEmpty(kind) ?? ""));
}
