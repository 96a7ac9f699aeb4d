/** Longer than any name that was strung together for as often as a stream has chunks. */
const MAX_LENGTH = 65_536;

/** A text that merging chunks may have strung together with itself, once: `grok-4` for `grok-4grok-4`. */
export function readOnce(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  for (let length = 2; length <= text.length / 2; length += 1) {
    if (text.length % length !== 0 || text[length] !== text[0]) continue;
    if (text === text.slice(0, length).repeat(text.length / length)) return text.slice(0, length);
  }
  return text;
}
