const WINDOWS = 16;
const WINDOW = 256;
/** A window begins and ends between two words where one is so near. */
const NEAR = 24;
const BLANK = /\s/;

/**
 * Windows of some texts at even distances, of which a few hundred tokens say what the rest has.
 * @param size the characters of all texts
 */
export function sampleWindows(texts: readonly string[], size: number): string[] {
  const distance = size / WINDOWS;
  const windows: string[] = [];
  let start = 0;
  let next = distance / 2;
  for (const text of texts) {
    for (; next < start + text.length; next += distance) {
      const from = Math.min(Math.floor(next - start), Math.max(0, text.length - WINDOW));
      windows.push(text.slice(from === 0 ? 0 : betweenWords(text, from), betweenWords(text, from + WINDOW)));
    }
    start += text.length;
  }
  return windows;
}

function betweenWords(text: string, at: number): number {
  return at + Math.max(0, text.slice(at, at + NEAR).search(BLANK));
}
