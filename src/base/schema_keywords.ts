/** Keywords of JSON schema whose values are data and no schemas. */
export const DATA_KEYWORDS: ReadonlySet<string> = new Set(["enum", "const", "default", "examples"]);
/** Keywords whose values are schemas by name: a property may be called `default`, or `$ref`. */
export const MAP_KEYWORDS: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "$defs",
  "definitions",
]);
