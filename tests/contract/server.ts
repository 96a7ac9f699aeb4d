import { afterEach, beforeEach } from "@jest/globals";
import type { AIMessageChunk } from "@langchain/core/messages";
import type { ChatGeneration } from "@langchain/core/outputs";
import type { RecordedRun } from "../support/runs.js";
import type { WireRequest } from "../support/wire_request.js";
import { text } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

/** A wire server for each test of a file, in a sandbox that shows Node's dispatcher as Node itself does. */
export function useServer(): { readonly server: WireServer } {
  let server: WireServer | undefined;
  beforeEach(async () => {
    await showDispatcher();
    server = await startWireServer();
    // What a model may ask beside a chat, to explain an error: this server has nothing else.
    for (const path of ["/v1/models", "/openai/v1/models", "/models"]) server.on(`GET ${path}`, text(404, "Not Found"));
  });
  afterEach(() => server?.close());
  return {
    get server() {
      if (!server) throw new Error("There is a server in tests only.");
      return server;
    },
  };
}

/** The chat requests that a server was sent. */
export function chatsOf({ requests }: WireServer): WireRequest[] {
  return requests.filter(({ method }) => method === "POST");
}

/** Jest's sandbox has Node's fetch, and not the global under which its dispatcher lives. */
async function showDispatcher(): Promise<void> {
  const AsyncFunction = globalThis.fetch.constructor as new (code: string) => () => Promise<object>;
  const outer = await new AsyncFunction("return globalThis")();
  for (const key of [Symbol.for("undici.globalDispatcher.2"), Symbol.for("undici.globalDispatcher.1")]) {
    const dispatcher: unknown = Reflect.get(outer, key);
    if (dispatcher !== undefined) Reflect.set(globalThis, key, dispatcher);
  }
}

/** The message with which a run ended, or the one on its error. */
export function messageOf({ last }: RecordedRun): AIMessageChunk {
  const message =
    last.type === "end"
      ? (last.output.generations[0]?.[0] as ChatGeneration | undefined)?.message
      : (last.error as { partialOutput?: unknown }).partialOutput;
  if (message === undefined) throw new Error(`The run's ${last.type} has no message.`);
  return message as AIMessageChunk; // our models make no others
}

/** Parts of a promise's life that a test looks at without waiting. */
export function watch<Value>(promise: Promise<Value>): Promise<Value> & { settled: boolean } {
  const watched = Object.assign(promise, { settled: false });
  const settle = () => (watched.settled = true);
  promise.then(settle, settle);
  return watched;
}
