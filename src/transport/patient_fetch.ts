import { merged } from "../base/merged.js";

/** The function that sends requests; `globalThis.fetch` is one. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Dispatcher {
  dispatch(options: object, handler: unknown): boolean;
}

/** Where undici, the HTTP client inside Node, keeps the dispatcher in force: newest form first. */
const GLOBAL_DISPATCHERS = [Symbol.for("undici.globalDispatcher.2"), Symbol.for("undici.globalDispatcher.1")];

function globalDispatcher(): Dispatcher | undefined {
  for (const key of GLOBAL_DISPATCHERS) {
    const dispatcher: unknown = Reflect.get(globalThis, key);
    if (typeof dispatcher === "object" && dispatcher !== null && "dispatch" in dispatcher)
      return dispatcher as Dispatcher;
  }
  return undefined;
}

/**
 * Node's fetch gives up by itself after 300 s without headers and after 300 s between two pieces of a body. This one
 * leaves those decisions to the caller's signal, and sends through whatever dispatcher is in force (a proxy set by the
 * application stays in use). Where none can be seen (another runtime, jest's sandbox) it is plain fetch.
 */
export function patientFetch(url: string, init: RequestInit): Promise<Response> {
  // Node puts the dispatcher in place when the first of its fetch classes is touched.
  void globalThis.Headers;
  const target = globalDispatcher();
  if (!target) return globalThis.fetch(url, init);
  // `dispatcher` is Node's own extension of RequestInit; other runtimes ignore it.
  return globalThis.fetch(url, merged(init, { dispatcher: patiently(target) }) as RequestInit);
}

const patient = new WeakMap<Dispatcher, Dispatcher>();

function patiently(target: Dispatcher): Dispatcher {
  const known = patient.get(target);
  if (known) return known;
  const dispatcher: Dispatcher = {
    dispatch: (options, handler) => target.dispatch(merged(options, { headersTimeout: 0, bodyTimeout: 0 }), handler),
  };
  patient.set(target, dispatcher);
  return dispatcher;
}
