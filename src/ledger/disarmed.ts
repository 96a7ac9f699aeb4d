/**
 * Where a formula begins, in any width: at the beginning of a text, or where spreadsheets begin another cell (by the country that
 * they are set to) or line, after whatever they overlook there: blanks, quotes, and what cannot be seen.
 */
const FORMULA =
  /(^|[;\t\r\n])((?:(?![\t\r\n])[\s"\p{Cc}\p{Cf}])*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])/gu;

/** A text with a `'` before each part that a spreadsheet would run as a formula. */
export function disarmed(text: string): string {
  const parts = text.replace(FORMULA, "$1'$2");
  return /^[\t\r\n]/.test(parts) ? `'${parts}` : parts;
}
