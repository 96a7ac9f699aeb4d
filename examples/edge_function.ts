/**
 * A function at the edge, in the form of Workers' modules: it streams the answer, and sends the books off after the last byte. It needs
 * no `nodejs_compat`. `run_edge_function.ts` calls it here; a Worker's bundler takes this file as it is.
 */
import { CostCallbackHandler, type LedgerEntry } from "langchain-metered/callbacks";
import { ChatFireworks } from "langchain-metered/fireworks";

/** What the function is given by who runs it. */
export interface Env {
  FIREWORKS_API_KEY: string;
  /** Left out: Fireworks' own. */
  FIREWORKS_API_BASE?: string;
  /** Where the entries go: a queue, for one. */
  USAGE: { send(entry: LedgerEntry): Promise<void> };
}

/** As much of a Worker's context as is used. */
export interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

export default {
  async fetch(request: Request, env: Env, context: Context): Promise<Response> {
    const { question, user } = (await request.json()) as { question: string; user: string };
    const costs = new CostCallbackHandler({ ledger: { record: (entry) => env.USAGE.send(entry) } });
    const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", {
      apiKey: env.FIREWORKS_API_KEY,
      baseURL: env.FIREWORKS_API_BASE,
      maxTokens: 200,
      callbacks: [costs],
    });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const answer = async () => {
      const writer = writable.getWriter();
      const encoder = new TextEncoder();
      // A reader who goes away ends the call, also while the model says nothing.
      const left = new AbortController();
      writer.closed.catch((reason) => left.abort(reason));
      try {
        for await (const { text } of await model.stream(question, { metadata: { user }, signal: left.signal }))
          await writer.write(encoder.encode(text));
        await writer.close();
      } catch (error) {
        await writer.abort(error).catch(() => undefined);
      }
      await costs.flush();
    };
    // The function may be stopped once its answer is whole; the entry must leave all the same.
    context.waitUntil(answer());
    return new Response(readable, { headers: { "content-type": "text/plain; charset=utf-8" } });
  },
};
