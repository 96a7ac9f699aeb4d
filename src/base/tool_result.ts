import { SHORTEST_WITH_BYTES, withoutBinary } from "./binary_text.js";
import { readBlock, type BlockPart } from "./content_block.js";
import { isObject, toJsonText, type Json } from "./json.js";

/** Whether a text may be a list of blocks that somebody made JSON of, with bytes in it. */
const MAY_HAVE_BYTES = /"(?:data|blob|url)"\s*:\s*"/;

/**
 * A tool's result in order, where it has text and bytes, or other blocks that are known: a list of blocks, MCP's result
 * around one, or the JSON that LangChain makes of such an object. Blocks that nobody knows are the user's own: their JSON.
 * @returns `undefined` where all of it is one text, see `resultText`
 */
export function readResult(content: unknown): BlockPart[] | undefined {
  const value = typeof content === "string" ? parsed(content) : content;
  const list = isObject(value) ? value.content : value;
  if (!Array.isArray(list)) return undefined;
  const read = list.map((block: unknown) => (isObject(block) ? readBlock(block) : undefined));
  const hasBytes = read.some((parts) => parts?.some(({ kind }) => kind !== "text"));
  if (!hasBytes && (list !== content || read.includes(undefined))) return undefined;
  const parts = read.flatMap((each, position) => each ?? [{ kind: "text" as const, text: resultText(list[position]) }]);
  return isObject(value) ? [...parts, ...besides(value)] : parts;
}

/** A result, or a part of one, that is one text for the model. Bytes are none. */
export function resultText(content: unknown): string {
  return withoutBinary(typeof content === "string" ? content : (toJsonText(content) ?? ""));
}

/** The structured part of MCP's result. */
function besides({ structuredContent }: Json): BlockPart[] {
  return structuredContent === undefined || structuredContent === null
    ? []
    : [{ kind: "text", text: resultText(structuredContent) }];
}

function parsed(text: string): unknown {
  if (text.length < SHORTEST_WITH_BYTES || !/^\s*[[{]/.test(text) || !MAY_HAVE_BYTES.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
