/** Some servers send the arguments of a call as an object, whose numbers are read with the message around it. */
const OBJECT_OF_ARGUMENTS = /"arguments"\s*:\s*\{/;

/**
 * An event or an answer as JSON. In one with a call whose arguments are an object, long integers keep their digits.
 * @throws SyntaxError
 */
export function parseAnswer(text: string): unknown {
  const hasObject = text.includes('"arguments"') && OBJECT_OF_ARGUMENTS.test(text);
  return hasObject ? parseExactly(text) : (JSON.parse(text) as unknown);
}

/**
 * JSON whose integers keep their digits: one that a number cannot hold comes as a text.
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(MANY_DIGITS.test(text) ? soundJson(text) : text) as unknown;
}

const MANY_DIGITS = /\d{16}/;
const LONG_INTEGER = /^-?[1-9]\d{15,}$/;
/** Where what may have to be written in another way begins, a string, or a whole number. */
const PARTS = /"|-?\d[\d.eE+-]*/g;

/** The same JSON with its strings' control characters escaped, and with integers as strings where a number would lose digits. */
export function soundJson(text: string): string {
  const parts: string[] = [];
  let done = 0;
  for (let found = begin(text, 0); found; found = begin(text, done)) {
    const { 0: part, index } = found;
    const end = part === '"' ? (endOfString(text, index) ?? text.length) : index + part.length;
    parts.push(text.slice(done, index), sound(text.slice(index, end)));
    done = end;
  }
  return parts.join("") + text.slice(done);
}

function begin(text: string, from: number): RegExpExecArray | null {
  PARTS.lastIndex = from;
  return PARTS.exec(text);
}

function sound(part: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (part.startsWith('"')) return part.replace(/[\0-\x1f]/g, (control) => JSON.stringify(control).slice(1, -1));
  return LONG_INTEGER.test(part) && String(Number(part)) !== part ? `"${part}"` : part;
}

/**
 * The place after a string, by hand: a pattern would remember each escape in it, and engines give up after some millions.
 * @returns `undefined` when the string never ends
 */
export function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") at++;
    else if (character === '"') return at + 1;
  }
  return undefined;
}
