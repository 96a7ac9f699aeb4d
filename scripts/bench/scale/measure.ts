import { median } from "../median.js";
import { Worker } from "../processes.js";
import type { Ask, Sample } from "./client.js";
import { SCALE_JOBS, type Pair, type ScaleJob, type ScaleName } from "./jobs.js";

/** What one party took at each size, or why it could not. */
export interface Figures {
  values: number[];
  /** What the machine took for a fixed piece of work beside the largest size. */
  tick: number;
  failed?: string;
}

export interface Measured {
  pair: Pair;
  sizes: readonly number[];
  ours: Figures;
  theirs?: Figures;
}

const keyOf = (who: string, variant = ""): string => `${who} ${variant}`;

/** Measures one job: all parties in turns, each in a process of its own, at each of its sizes. */
export async function measureScale(name: ScaleName, rounds: number, share: number): Promise<Measured[]> {
  const { pairs, sizes: usual }: ScaleJob = SCALE_JOBS[name];
  const sizes = usual.map((size) => Math.ceil(size * share));
  const server = await Worker.start("scale/server.ts", []);
  const figures = new Map<string, Figures>();
  try {
    for (const { ours, theirs, variant } of pairs) {
      const parties = [ours, ...(theirs === undefined ? [] : [theirs])].filter(
        (who) => !figures.has(keyOf(who, variant)),
      );
      const measured = await inTurns(name, server, parties, variant, sizes, rounds);
      for (const [who, each] of measured) figures.set(keyOf(who, variant), each);
    }
  } finally {
    await server.end();
  }
  return pairs.map((pair) => ({
    pair,
    sizes,
    ours: figures.get(keyOf(pair.ours, pair.variant)) ?? { values: [], tick: 0 },
    theirs: pair.theirs === undefined ? undefined : figures.get(keyOf(pair.theirs, pair.variant)),
  }));
}

async function inTurns(
  name: ScaleName,
  server: Worker,
  parties: readonly string[],
  variant: string | undefined,
  sizes: readonly number[],
  rounds: number,
): Promise<[string, Figures][]> {
  const clients = await Promise.all(
    parties.map(async (who) => ({
      who,
      client: await Worker.start("scale/client.ts", [name, String(server.greeting)], ["--expose-gc"]),
      samples: sizes.map((): Sample[] => []),
    })),
  );
  // The first round is at the smallest size, only for what is compiled and connected once.
  const warmUp = sizes.slice(0, 1);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, size] of (round === 0 ? warmUp : sizes).entries()) {
      for (const { who, client, samples } of clients) {
        const ask: Ask = { who, variant, size };
        const sample = (await client.ask(ask)) as Sample; // what a client answers
        if (round > 0) samples[at]?.push(sample);
      }
    }
  }
  await Promise.all(clients.map(({ client }) => client.end()));
  return clients.map(({ who, samples }) => [who, figuresOf(samples)]);
}

function figuresOf(samples: readonly Sample[][]): Figures {
  const good = samples.map((each) => each.filter((sample) => "value" in sample));
  const failed = samples.flat().find((sample) => "failed" in sample)?.failed;
  return {
    values: good.map((each) => median(each.map(({ value }) => value))),
    tick: median((good.at(-1) ?? []).map((each) => each.tick)),
    failed,
  };
}
