import { ConfigurationError } from "../errors.js";
import { isObject, type Json } from "../json.js";
import { DATA_KEYWORDS, inlineRefs, MAP_KEYWORDS } from "./schema_refs.js";

/** What Ollama takes as `format`: any JSON, or JSON that follows a schema. */
export type OllamaFormat = "json" | Json;

/**
 * The request's `format`.
 * @throws ConfigurationError for anything but `"json"` and a schema, which Ollama answers with a 500
 */
export function toFormat(format: unknown): OllamaFormat | undefined {
  if (format === undefined || format === null || format === "") return undefined;
  if (format === "json") return format;
  if (isObject(format)) return toGrammarSchema(format);
  throw new ConfigurationError(
    "format",
    `\`format\` is \`${JSON.stringify(format)}\`.`,
    'Use "json" or a JSON schema.',
  );
}

/**
 * A schema that the server can make a grammar of. Its grammars know no look-around and no pattern without both ends, and
 * turn such a pattern into one that other texts match; without it, the answer is checked where it is parsed.
 */
function toGrammarSchema(schema: Json): Json {
  const { $schema: _schema, $id: _id, ...rest } = schema;
  // Recursion is something that grammars can do, as long as the definitions stay where references look for them.
  return withoutHardPatterns(rest, false) as Json;
}

/** The same for a schema that becomes a part of another: its references would lead nowhere. */
export function toGrammarPart(schema: Json): Json {
  return withoutHardPatterns(inlineRefs(schema), false) as Json;
}

function withoutHardPatterns(value: unknown, isMap: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutHardPatterns(item, false));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([keyword, each]) => isMap || keyword !== "pattern" || isEasy(each));
  return Object.fromEntries(
    entries.map(([keyword, each]) => [
      keyword,
      !isMap && DATA_KEYWORDS.has(keyword) ? each : withoutHardPatterns(each, !isMap && MAP_KEYWORDS.has(keyword)),
    ]),
  );
}

/** Anchored at both ends, without look-around, back-references, word boundaries and classes of Unicode. */
function isEasy(pattern: unknown): boolean {
  return (
    typeof pattern === "string" &&
    pattern.startsWith("^") &&
    pattern.endsWith("$") &&
    !/\(\?|\\[1-9bBpPkuxc]/.test(pattern)
  );
}
