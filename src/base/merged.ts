/** What an object begins with that is to get more fields than those it copies. */
const NOTHING: object | undefined = undefined;

/**
 * The fields of two objects as one; of those that both have, the later one's. As `{ ...first, ...second }`, but that Node 20 takes a
 * third of a microsecond for each field that comes after a spread which begins an object: for what every call does.
 */
export function merged<First extends object, Second extends object>(
  first: First | undefined,
  second: Second | undefined,
): Omit<First, keyof Second> & Second {
  // The two as one, which is what the return type says of it.
  return { ...NOTHING, ...first, ...second } as Omit<First, keyof Second> & Second;
}
