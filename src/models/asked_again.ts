/** What a model is told that is asked once more, and what is said of one that did not do it. */
import { StructuredOutputError } from "../base/errors.js";
import type { Json } from "../base/json.js";

/** The instruction for a model whose server does not hold it to a format. */
export function jsonInstruction(schema: Json | undefined): string {
  const following = schema === undefined ? "" : `, following this JSON schema:\n${JSON.stringify(schema)}`;
  return `Answer with one JSON object only, without any text or fence around it${following}`;
}

/** The error for an answer that is no call of a tool that had to be called, but did something else. */
export function notCalled(tools: readonly { name: string }[], did: string, hint: string): StructuredOutputError {
  const names = tools.map(({ name }) => `\`${name}\``).join(" or ");
  return new StructuredOutputError(`The model was to call ${names} but ${did}. ${hint}`);
}

/** The deed of a model that said a text, and perhaps called a tool that was not the one; for the error's sentence. */
export function answered(text: string, calledInstead?: string): string {
  return calledInstead === undefined ? `answered \`${excerpt(text)}\`` : `called \`${calledInstead}\``;
}

/** The beginning of a text, for an error's sentence. */
export const excerpt = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}...` : text);
