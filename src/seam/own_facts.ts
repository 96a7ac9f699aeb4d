import type { MeteredFacts } from "./gate.js";

/**
 * On the facts that a model of this package made. JSON cannot hold a symbol, so that neither a request's metadata nor a server's
 * answer can pass for one; it is the registry's, since an application may have both builds of the package.
 */
const OWN = Symbol.for("langchain-metered.facts");

/** A copy of a model's facts that says whose they are. Not enumerable: nobody is shown it. */
export function ownFacts(facts: MeteredFacts): MeteredFacts {
  return Object.defineProperty({ ...facts }, OWN, { value: true });
}

/** Whether facts were made by a model of this package, in this process. */
export function areOwnFacts(value: unknown): value is MeteredFacts {
  return typeof value === "object" && value !== null && Reflect.get(value, OWN) === true;
}
