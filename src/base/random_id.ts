/**
 * Hexadecimal digits that nobody else has drawn. Not by `crypto`: Workers refuse it while a module loads, which is where
 * models are made, and a page without https has no `randomUUID`. These ids tell things apart; they keep no secret.
 */
export function randomId(digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join("");
}
