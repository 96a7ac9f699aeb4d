import { runInNewContext } from "node:vm";

/**
 * The values that a comment says are printed by its line: `console.log(sum); // "0.3"`, several as they are printed (`// 2 "0.3"`),
 * also with words after them (`// "free": it is on this machine`). Undefined where the comment says the first of them in words.
 */
export function saidOn(line: string): unknown[] | undefined {
  const [code = "", comment] = line.split(/; \/\/ (?:=> )?(.*)$/);
  if (comment === undefined || !code.includes("console.log(")) return undefined;
  const values: unknown[] = [];
  for (const word of wordsOf(comment)) {
    const ending = /[:;,.]$/.test(word);
    const value = literal(ending ? word.slice(0, -1) : word);
    // A number with a word behind it is the beginning of a text: `18 C in Paris.`
    if (value === undefined) return values.every((said) => typeof said === "number") ? undefined : values;
    values.push(value.said);
    if (ending) break;
  }
  return values;
}

/** The words of a text; what stands in quotes or brackets is one. */
function wordsOf(text: string): string[] {
  const words: string[] = [""];
  let isQuoted = false;
  let depth = 0;
  for (const char of text.match(/\\?./gu) ?? []) {
    if (char === '"') isQuoted = !isQuoted;
    if (!isQuoted && "[{".includes(char)) depth += 1;
    if (!isQuoted && "]}".includes(char)) depth -= 1;
    if (char === " " && !isQuoted && depth === 0) words.push("");
    else words.push(`${words.pop()}${char}`);
  }
  return words;
}

/** The value of a text that is a literal. */
function literal(text: string): { said: unknown } | undefined {
  if (!/^["[{\d-]|^(?:true|false|undefined|null)$/.test(text)) return undefined;
  try {
    // In a context of its own nothing has a name; the copy makes its arrays and objects those of the tests.
    const json: unknown = runInNewContext(`JSON.stringify({ said: ${text} })`);
    return { said: undefined, ...(JSON.parse(String(json)) as object) };
  } catch {
    return undefined;
  }
}
