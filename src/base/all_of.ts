/** What all of them come to, once each has ended; where some fail, the error of the first in their order. */
export async function allOf<Value>(works: readonly Promise<Value>[]): Promise<Value[]> {
  const [only] = works;
  if (only !== undefined && works.length === 1) return [await only];
  await Promise.allSettled(works);
  return Promise.all(works);
}
