/** Whether a name is the beginning of another one, which says more: `gpt-4` of `gpt-4-turbo`. Azure leaves dots out. */
export function isLessExact(name: string, other: string): boolean {
  return plain(other).startsWith(`${plain(name)}-`);
}

/**
 * Whether one model of a family was asked for and another one answered, as where a provider falls back. A version is no other
 * model, and what an alias stands for is none either.
 */
export function isAnother(asked: string, answered: string): boolean {
  const model = plain(asked);
  const [family] = model.split("-");
  const isOfFamily = model !== family && plain(answered).startsWith(`${family}-`);
  return isOfFamily && !MOVING.test(model) && !plain(answered).startsWith(model);
}

/** Names that stand for whichever model is newest. */
const MOVING = /(?:latest|-chat|-reasoner)$/;

function plain(name: string): string {
  return String(name).toLowerCase().replaceAll(".", "");
}
