/** Bytes in a shorter text would not fill a prompt. */
export const SHORTEST_WITH_BYTES = 500;
const DATA_URL = /data:([\w.+/-]{1,100})(?:;[\w=.+-]{1,40}){0,3};base64,[A-Za-z0-9+/_-]{400,}={0,2}/g;
/** How images, PDFs, sounds, films and archives begin in base64: letters alone may be anything, a genome or a key. */
const FILE =
  /(?:iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|JVBERi0|SUQz|T2dnU|UEsDB|GkXfo|AAAA[A-Za-z0-9+/]{4}ZnR5c)[A-Za-z0-9+/_-]{400,}={0,2}/g;

/**
 * A text without the bytes that somebody wrote into it as base64: hundreds of thousands of tokens, of which a model sees
 * nothing. A short note stands in their place.
 */
export function withoutBinary(text: string): string {
  if (text.length < SHORTEST_WITH_BYTES) return text;
  const shorter = text.includes(";base64,")
    ? text.replace(DATA_URL, (found, type: string) => noteOf(type, found))
    : text;
  return shorter.replace(FILE, (found) => noteOf("a file", found));
}

const noteOf = (what: string, { length }: string) => `[${what}: ${length} characters of base64, left out]`;
