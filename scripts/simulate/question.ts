/** What marks a prompt as one of a call's: the beginning of its question. */
export const questionMark = (index: number, part: number) => `Question ${index}.${part}: `;

/** Which call and which of its prompts a text belongs to. */
export function readMark(text: string): { index: number; part: number } | undefined {
  const found = /Question (\d+)\.(\d+): /.exec(text);
  return found ? { index: Number(found[1]), part: Number(found[2]) } : undefined;
}

/** What tells the runs of a call apart on both sides of the wire: prompt, model, and how often tools were called before. */
export function runKey(mark: { index: number; part: number }, model: string, turn: number): string {
  return `${mark.index}.${mark.part}/${model}/${turn}`;
}
