/** A process that makes calls as the simulation tells it to; started by it, with its number as its argument. */
import { listenForRejections } from "../expected.js";
import { Member } from "./member.js";
import type { Said, Told } from "./messages.js";

const number = Number(process.argv[2]);
const problems: string[] = [];
let member: Member | undefined;

const say = (said: Said) => process.send?.(said);

async function hear(told: Told): Promise<void> {
  switch (told.kind) {
    case "join":
      member = await Member.join(told.joining, number);
      say({ kind: "joined" });
      return;
    case "call":
      if (member) say({ kind: "done", index: told.index, end: await member.call(told.index) });
      return;
    case "silence":
      member?.silences.set(told.index);
      return;
    case "leave":
      say({ kind: "left", problems: [...((await member?.leave()) ?? []), ...problems.splice(0)] });
  }
}

listenForRejections(problems);
process.on("message", (told) => void hear(told as Told)); // the other end of the pipe is `WorkerProcess`
process.on("disconnect", () => process.exit());
say({ kind: "ready" });
