import { runInNewContext } from "node:vm";

/**
 * The value that a comment says is printed by its line: `console.log(sum); // "0.3"`, also with words after it
 * (`// "free": it is on this machine`). Undefined where the comment says it in words only.
 */
export function saidOn(line: string): { said: unknown } | undefined {
  const [code = "", comment] = line.split(/; \/\/ (?:=> )?(.*)$/);
  if (comment === undefined || !code.includes("console.log(")) return undefined;
  const ends = [comment.length, ...[...comment.matchAll(/[:;,.]? /g)].map(({ index }) => index).reverse()];
  for (const end of ends) {
    const value = literal(comment.slice(0, end));
    if (value !== undefined) return value;
  }
  return undefined;
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
