import { isCallGate } from "./gate.js";

/**
 * Where the entries of runs are kept, once somebody asks for them; in a global, since an application may have both builds of the
 * package. To be counted up with what is kept there.
 */
export const SETTLED = Symbol.for("langchain-metered.settled.1");

/** In a run's metadata its id: what instrumentations copy to their spans, which do not say it otherwise. */
export const RUN_ID = "metered_run_id";

/** Whether somebody looks up what runs came to. */
export function areRunsLinked(): boolean {
  return Reflect.has(globalThis, SETTLED);
}

/** Puts the gates first: they know what a run came to, and others show it in the same instant. */
export function gatesFirst(handlers: object[]): void {
  handlers.sort((one, other) => Number(isCallGate(other)) - Number(isCallGate(one)));
}
