/** What stands at the end of a text that was cut. */
const CUT = "…";

const FIRST_HALF = { from: 0xd800, to: 0xdbff };

/** A text of at most `most` UTF-16 units, whose end says where it was cut. No character is cut in two. */
export function boundText(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - CUT.length;
  const last = text.charCodeAt(end - 1);
  const kept = text.slice(0, last >= FIRST_HALF.from && last <= FIRST_HALF.to ? end - 1 : end);
  // Joined, which copies: what `slice` gives, and what `+` makes of it, keep the whole text in memory.
  return [kept, CUT].join("");
}
