import { ConfigurationError } from "../../base/errors.js";
import { isObject, type Json } from "../../base/json.js";
import { DATA_KEYWORDS, MAP_KEYWORDS } from "../../base/schema_keywords.js";
import { fits, SchemaRoom, type WrittenOut } from "../../base/schema_room.js";
import { withAnyType } from "./any_type.js";
import { convertOnce } from "../../base/convert_once.js";
import { writeOut } from "./schema_refs.js";

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

/** Where the outermost object of a schema that contains itself is found. */
const ROOT = "__root";
const ROOT_REF = `#/$defs/${ROOT}`;

/** A schema that the server can make a grammar of. */
const toGrammarSchema = convertOnce((schema): Json => {
  const { $schema: _schema, $id: _id, ...rest } = schema;
  // Recursion is something that grammars can do, as long as the definitions stay where references look for them.
  const followable = toFollowable(rest);
  if (!JSON.stringify(followable).includes(`"$ref":"${ROOT_REF}"`)) return followable;
  const { $defs, ...root } = followable;
  return { ...followable, $defs: { ...(isObject($defs) ? $defs : {}), [ROOT]: root } };
});

/** The same for a schema that becomes a part of another: its references would lead nowhere. */
export function toGrammarPart(schema: Json, name = "format", room = new SchemaRoom()): Json {
  return room.write(name, (most) => toPart(schema, most));
}

const toPart = convertOnce((schema, most): WrittenOut => {
  const { value, ...took } = writeOut(schema, most);
  return { value: toFollowable(value), ...took };
}, fits);

/** A schema in the words of the server's grammars. */
function toFollowable(schema: Json): Json {
  const entries = Object.entries(schema).filter(([keyword, value]) => keyword !== "items" || value !== false);
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, ofKeyword(keyword, value)]));
}

function ofKeyword(keyword: string, value: unknown): unknown {
  if (DATA_KEYWORDS.has(keyword)) return value;
  if (keyword === "$ref") return value === "#" ? ROOT_REF : value;
  if (Array.isArray(value)) return value.map(ofSchema);
  if (MAP_KEYWORDS.has(keyword) && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, ofSchema(each)]));
  return keyword === "items" || isObject(value) ? ofSchema(value) : value;
}

/** `true` is a schema that allows everything, which the server wants as an object. */
function ofSchema(schema: unknown): unknown {
  if (schema === true) return withAnyType({});
  return isObject(schema) ? toFollowable(withAnyType(schema)) : schema;
}
