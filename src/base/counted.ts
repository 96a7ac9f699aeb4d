/**
 * A count with its noun: `1 call`, `2 calls`.
 * @param many - where it is not the noun with an `s`
 */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${count} ${Number(count) === 1 ? one : many}`;
}
