/** Windows that nobody chose have sizes like 2048 and 32768. */
const SMALLEST_WINDOW = 2_048;
const KEPT_TOKENS = 4;

/**
 * Whether a prompt's count is one that Ollama leaves of a prompt that it cuts without a word: the whole window, all of it
 * but one token for the answer, or, by today's runner, the window minus half of what need not stay, and maybe a token or
 * two that start a text. (ollama/ollama#17427)
 * @param window its size in tokens; without it, any size that windows have by themselves
 * @param kept how many tokens of the beginning stay
 */
export function isLeftByCut(tokens: number, window?: number, kept: number = KEPT_TOKENS): boolean {
  if (window !== undefined) return fills(tokens, window) || isHalf(tokens, window, kept);
  const power = Math.floor(Math.log2(tokens + 1));
  const [filled, halved] = [2 ** power, 2 ** (power + 1)];
  return (
    (filled >= SMALLEST_WINDOW && fills(tokens, filled)) || (halved >= SMALLEST_WINDOW && isHalf(tokens, halved, kept))
  );
}

/** Whether a prompt leaves room for one token at the most. */
export function fills(tokens: number, window: number): boolean {
  return tokens === window || tokens === window - 1;
}

function isHalf(tokens: number, window: number, kept: number): boolean {
  const more = tokens - (window - Math.floor((window - kept) / 2));
  return more >= 0 && more <= 2;
}
