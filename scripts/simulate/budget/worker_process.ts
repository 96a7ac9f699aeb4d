import { fork, type ChildProcess } from "node:child_process";
import type { CallReport, Joining, Said, Told } from "./messages.js";

/** A process that makes calls. */
export class WorkerProcess {
  /** What should not have been, in words. */
  readonly problems: string[] = [];
  /** Resolves when it has started. */
  readonly ready: Promise<void>;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, (end: CallReport | "killed") => void>();
  readonly #waiting = new Map<Said["kind"], () => void>();
  #isDead = false;
  #isToDie = false;

  /** @param program - the compiled program of such processes */
  constructor(
    program: string,
    readonly number: number,
  ) {
    this.#child = fork(program, [String(number)], { execArgv: ["--no-warnings"] });
    this.#child.on("message", (said) => this.#hear(said as Said)); // the other end of the pipe is `worker.ts`
    this.#child.on("error", (error) => this.problems.push(`process ${number}: ${error.message}`));
    this.gone = new Promise((resolve) => this.#child.once("exit", resolve)).then(() => this.#bury());
    this.ready = this.#when("ready");
  }

  get openCalls(): ReadonlyMap<number, unknown> {
    return this.#calls;
  }

  async join(joining: Joining): Promise<void> {
    this.tell({ kind: "join", joining });
    await this.#when("joined");
  }

  /** Has it make a call. */
  call(index: number): Promise<CallReport | "killed"> {
    if (this.#isDead || this.#isToDie) return Promise.resolve("killed");
    return new Promise((resolve) => {
      this.#calls.set(index, resolve);
      this.tell({ kind: "call", index });
    });
  }

  async leave(): Promise<void> {
    this.tell({ kind: "leave" });
    await this.#when("left");
  }

  tell(told: Told): void {
    if (this.#child.connected) this.#child.send(told, () => {}); // it may die before it hears
  }

  /** Ends it as a machine that loses its power does. */
  async kill(): Promise<void> {
    this.#isToDie = true;
    this.#child.kill("SIGKILL");
    await this.gone;
  }

  #hear(said: Said): void {
    if (said.kind === "left") this.problems.push(...said.problems);
    if (said.kind !== "done") return this.#waiting.get(said.kind)?.();
    this.#calls.get(said.index)?.(said.end);
    this.#calls.delete(said.index);
  }

  #when(kind: Said["kind"]): Promise<void> {
    return Promise.race([new Promise<void>((resolve) => this.#waiting.set(kind, resolve)), this.gone]);
  }

  #bury(): void {
    this.#isDead = true;
    if (!this.#isToDie) this.problems.push(`process ${this.number} died by itself`);
    for (const resolve of this.#calls.values()) resolve("killed");
    this.#calls.clear();
  }
}
