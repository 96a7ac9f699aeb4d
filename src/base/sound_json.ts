/** True for a text in which a number may stand that a double cannot hold. */
export const hasManyDigits = (text: string): boolean => /\d{16}/.test(text);

/** Some servers send the arguments of a call as an object, whose numbers are read with the message around it. */
const OBJECT_OF_ARGUMENTS = /"arguments"\s*:\s*\{/;

/** An event or an answer as JSON. In one with a call whose arguments are an object, long integers keep their digits, as texts. */
export function parseAnswer(text: string): unknown {
  const isAtRisk = text.includes('"arguments"') && OBJECT_OF_ARGUMENTS.test(text) && hasManyDigits(text);
  return JSON.parse(isAtRisk ? soundJson(text) : text) as unknown;
}

const LONG_INTEGER = /^-?[1-9]\d{15,}$/;
/** A string, or a number: what may have to be written in another way. */
const PARTS = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** The same JSON with its strings' control characters escaped, and with integers as strings where a number would lose digits. */
export function soundJson(text: string): string {
  return text.replace(PARTS, (part) => {
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    if (part.startsWith('"')) return part.replace(/[\0-\x1f]/g, (control) => JSON.stringify(control).slice(1, -1));
    return LONG_INTEGER.test(part) && String(Number(part)) !== part ? `"${part}"` : part;
  });
}
