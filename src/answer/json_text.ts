/** JSON as models write it: bare, in a Markdown fence, or after thinking. `undefined` where a text is none. */
export function parseJson(text: string): unknown {
  return findJson(text)?.value;
}

/** The same with the JSON's own text. */
export function findJson(text: string): { json: string; value: unknown } | undefined {
  for (const json of candidates(text)) {
    try {
      return { json, value: JSON.parse(json) as unknown };
    } catch {
      // The next may be one.
    }
  }
  return undefined;
}

/** The parts of a text that may be JSON, the whole text first: a value may itself have a fence or a tag in it. */
function candidates(text: string): string[] {
  // Where the prompt opened the tag, only the closing one comes.
  const said = text.split("</think>").at(-1) ?? text;
  const fences = [/```\w*\s([^]*)```/, /```\w*\s([^]*?)```/].map((fence) => fence.exec(said)?.[1]);
  return [text, said, ...fences.filter((fenced) => fenced !== undefined)];
}
