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
/**
 * A string, or a number: what may have to be written in another way. A string that never ends goes to the end of the text,
 * so that no text is read more than once.
 */
const PARTS = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|-?\d[\d.eE+-]*/g;

/** The same JSON with its strings' control characters escaped, and with integers as strings where a number would lose digits. */
export function soundJson(text: string): string {
  return text.replace(PARTS, (part) => {
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    if (part.startsWith('"')) return part.replace(/[\0-\x1f]/g, (control) => JSON.stringify(control).slice(1, -1));
    return LONG_INTEGER.test(part) && String(Number(part)) !== part ? `"${part}"` : part;
  });
}
