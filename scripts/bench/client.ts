/** Measures one class, in a process of its own: each message from its parent asks for a round of one job. */
import type { ClassName, Job, JobName } from "./jobs.js";
import { subjectOf, type Subject } from "./subject.js";

/** One round, as a client is asked for it. */
export interface Round {
  name: JobName;
  job: Job;
}

const [, , name = "", url = ""] = process.argv;
const subjects = new Map<string, Subject>();

async function subjectFor({ delivery, events }: Job): Promise<Subject> {
  const address = `${url}/${delivery}/${events}`;
  const subject = subjects.get(address) ?? (await subjectOf(name as ClassName, address));
  subjects.set(address, subject);
  return subject;
}

/** Reads a stream to its end. */
async function readAll(items: AsyncIterable<unknown>, events: number): Promise<void> {
  let count = 0;
  for await (const _ of items) count++;
  if (count < events) throw new Error(`${name} gave ${count} pieces of ${events}: merged deltas cannot be compared.`);
}

/** Microseconds of CPU time of the whole process, its garbage collector and compiler included. */
async function cpuOf(job: Job, work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  if (job.isTogether) await Promise.all(Array.from({ length: job.times }, work));
  else for (let i = 0; i < job.times; i++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / job.times / (job.per === "event" ? job.events : 1);
}

/** What is held of one stream, in kB: all are open at once, and each has been read as far as it goes. */
async function heapOf(job: Job, open: () => Promise<AsyncIterable<unknown>>): Promise<number> {
  const before = heldBytes();
  const streams = await Promise.all(
    Array.from({ length: job.times }, () => open().then((items) => readEvents(items, job.events))),
  );
  const held = heldBytes() - before;
  await fetch(`${url}/release`);
  for (const stream of streams) while (!(await stream.next()).done);
  return held / job.times / 1000;
}

async function readEvents(items: AsyncIterable<unknown>, events: number): Promise<AsyncIterator<unknown>> {
  const iterator = items[Symbol.asyncIterator]();
  for (let i = 0; i < events; i++) await iterator.next();
  return iterator;
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const ROUNDS: Record<JobName, (job: Job, subject: Subject) => Promise<number>> = {
  burst: (job, it) => cpuOf(job, async () => readAll(await it.stream(), job.events)),
  packets: (job, it) => cpuOf(job, async () => readAll(await it.stream(), job.events)),
  tokens: (job, it) => cpuOf(job, async () => readAll(await it.stream(), job.events)),
  events: (job, it) => cpuOf(job, () => readAll(it.events(), job.events)),
  "events-v2": (job, it) => cpuOf(job, () => readAll(it.eventsV2(), job.events)),
  invoke: (job, it) => cpuOf(job, () => it.invoke()),
  history: (job, it) => cpuOf(job, () => it.history()),
  tools: (job, it) => cpuOf(job, () => it.tools()),
  first: (job, it) => cpuOf(job, () => it.invoke()),
  heap: (job, it) => heapOf(job, () => it.stream()),
};

async function run({ name: asked, job }: Round): Promise<void> {
  process.send?.(await ROUNDS[asked](job, await subjectFor(job)));
}

process.on("message", (round) => void run(round as Round));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
