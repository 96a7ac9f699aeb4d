/** Drawn at once: a digit at a time takes ten times as long, and each call draws some. */
const BITS = 32;

/**
 * Hexadecimal digits that nobody else has drawn. Not by `crypto`: Workers refuse it while a module loads, which is where
 * models are made, and a page without https has no `randomUUID`. These ids tell things apart; they keep no secret.
 */
export function randomId(digits: number): string {
  let id = "";
  while (id.length < digits) {
    const drawn = Math.floor(Math.random() * 2 ** BITS)
      .toString(16)
      .padStart(BITS / 4, "0");
    id += drawn.slice(0, digits - id.length);
  }
  return id;
}
