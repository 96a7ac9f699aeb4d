/** Control tokens of chat templates, as in `get_weather<|channel|>commentary`: what begins with one is no name. */
const CONTROL = /<[|｜]/;

/**
 * The name of the tool that is called. Names that were offered stay as they are; any other is looked through for one that
 * was: models write `functions.get_weather`, and the marks of their template before and after it.
 */
export function toToolName(raw: string, offered: ReadonlySet<string>): string {
  if (offered.has(raw)) return raw;
  const words = raw.split(/[^\w.-]+/).map((word) => word.replace(/^functions?\./, ""));
  const known = words.find((word) => offered.has(word));
  return known ?? nonBlank(raw.split(CONTROL)[0]) ?? raw;
}

function nonBlank(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}
