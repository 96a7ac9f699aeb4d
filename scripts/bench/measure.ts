import type { Round } from "./client.js";
import { scaledJob, WIRES, type ClassName, type JobName } from "./jobs.js";
import { median } from "./median.js";
import { Worker } from "./processes.js";

/** How jobs are measured. */
export interface Way {
  rounds: number;
  /** The part of a round's usual work that is done. */
  share: number;
  /** Where the clients' CPU profiles go, if they are wanted. */
  profiles?: string;
}

/** Rounds whose figures are not kept: only after as many has the code been compiled as well as it will be. */
const WARM_UP = 8;
const CLASSES: ClassName[] = Object.values(WIRES).flatMap(({ floor, theirs, ours }) => [floor, theirs, ...ours]);

/** A server and the classes that ask it, each in a process of its own. */
export class Field {
  private constructor(
    private readonly server: Worker,
    private readonly clients: ReadonlyMap<ClassName, Worker>,
  ) {}

  static async open({ profiles }: Way): Promise<Field> {
    const server = await Worker.start("server.ts", []);
    const clients = CLASSES.map(async (name): Promise<[ClassName, Worker]> => {
      const folder = `--cpu-prof-dir=${profiles}/${name.replaceAll(/\W+/g, "_")}`;
      const flags = profiles === undefined ? [] : ["--cpu-prof", folder];
      return [name, await Worker.start("client.ts", [name, String(server.greeting)], ["--expose-gc", ...flags])];
    });
    return new Field(server, new Map(await Promise.all(clients)));
  }

  /** Measures all classes in one job, in turns, and takes each one's median: microseconds or kB of one unit. */
  async measure(name: JobName, { rounds, share }: Way): Promise<Map<ClassName, number>> {
    const round: Round = { name, job: scaledJob(name, share) };
    const samples = new Map<ClassName, number[]>();
    const warmUp = Math.ceil(WARM_UP * Math.min(1, share));
    for (let count = 0; count < rounds + warmUp; count++) {
      for (const [subject, client] of this.clients) {
        const sample = Number(await client.ask(round));
        if (count >= warmUp) samples.set(subject, [...(samples.get(subject) ?? []), sample]);
      }
    }
    return new Map([...samples].map(([subject, figures]) => [subject, median(figures)]));
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.end()));
    await this.server.end();
  }
}
