/** Twice, and the better of the two: the first run may be the one that compiles, or collects garbage. */
const ROUNDS = 2;
/** In microseconds. Less time than this says nothing. */
const LEAST = 5_000;

/**
 * How many times the CPU time of some work grows when its input does eightfold: about 8 where it is linear, 64 where it is
 * quadratic. Not by the clock, which runs on while other processes have the machine.
 */
export async function growth(work: (size: number) => unknown, size: number): Promise<number> {
  const small = await cpuTime(() => work(size));
  return (await cpuTime(() => work(8 * size))) / Math.max(LEAST, small);
}

async function cpuTime(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await work();
    times.push(process.cpuUsage(before).user);
  }
  return Math.min(...times);
}
