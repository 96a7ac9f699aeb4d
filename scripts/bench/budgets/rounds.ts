import { median } from "../median.js";

/** Microseconds of CPU time that one step takes, over so many in a row. */
async function cpuOf(step: () => Promise<unknown>, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < times; count += 1) await step();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/** The medians of what steps take, which are measured in turns, so that all meet the same neighbours on the machine. */
export async function inTurns(
  steps: Readonly<Record<string, () => Promise<unknown>>>,
  { rounds, warmUp, times }: { rounds: number; warmUp: number; times: number },
): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>();
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [name, step] of Object.entries(steps)) {
      const sample = await cpuOf(step, times);
      if (round >= 0) samples.set(name, [...(samples.get(name) ?? []), sample]);
    }
  }
  return new Map([...samples].map(([name, figures]) => [name, median(figures)]));
}
