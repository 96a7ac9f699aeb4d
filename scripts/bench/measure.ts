import type { Round } from "./client.js";
import { JOBS, scaledJob, WIRES, type ClassName, type Job, type JobName } from "./jobs.js";
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

/**
 * Rounds whose figures are not kept, and calls: after fewer, V8 is still compiling what it runs, on a thread of its own whose time is
 * the process's too. Of calls it takes thousands, since each runs most of its code once.
 */
const WARM_UP_ROUNDS = 16;
const WARM_UP_CALLS = 5_000;
const CLASSES: ClassName[] = Object.values(WIRES).flatMap(({ floor, theirs, ours }) => [floor, theirs, ...ours]);

/** A server and the classes that ask it, each in a process of its own. */
export class Field {
  private constructor(
    private readonly way: Way,
    private readonly server: Worker,
    private readonly clients: ReadonlyMap<ClassName, Worker>,
  ) {}

  static async open(way: Way): Promise<Field> {
    const server = await Worker.start("server.ts", []);
    const clients = CLASSES.map(async (name) => [name, await startClient(name, server, way)] as const);
    return new Field(way, server, new Map(await Promise.all(clients)));
  }

  /** Measures all classes in one job, in turns, and takes each one's median: microseconds or kB of one unit. */
  async measure(name: JobName): Promise<Map<ClassName, number>> {
    const { rounds, share } = this.way;
    const round: Round = { name, job: scaledJob(name, share) };
    const samples = new Map<ClassName, number[]>();
    const warmUp = Math.ceil(warmUpOf(name) * Math.min(1, share));
    for (let count = 0; count < rounds + warmUp; count++) {
      for (const subject of CLASSES) {
        const sample = Number(await this.ask(subject, round));
        if (count >= warmUp) samples.set(subject, [...(samples.get(subject) ?? []), sample]);
      }
    }
    return new Map([...samples].map(([subject, figures]) => [subject, median(figures)]));
  }

  private async ask(subject: ClassName, round: Round): Promise<unknown> {
    const known = this.clients.get(subject);
    if (known !== undefined && round.job.isFirst !== true) return known.ask(round);
    const fresh = await startClient(subject, this.server, this.way);
    const answer = await fresh.ask(round);
    await fresh.end();
    return answer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.end()));
    await this.server.end();
  }
}

function startClient(name: ClassName, server: Worker, { profiles }: Way): Promise<Worker> {
  const folder = `--cpu-prof-dir=${profiles}/${name.replaceAll(/\W+/g, "_")}`;
  const flags = profiles === undefined ? [] : ["--cpu-prof", folder];
  return Worker.start("client.ts", [name, String(server.greeting)], ["--expose-gc", ...flags]);
}

/** How many rounds of a job are not measured. */
function warmUpOf(name: JobName): number {
  const { per, times, isFirst }: Job = JOBS[name];
  if (isFirst === true) return 0;
  return per === "call" ? Math.ceil(WARM_UP_CALLS / times) : WARM_UP_ROUNDS;
}
