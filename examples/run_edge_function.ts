/** Calls the edge function once, as a Worker's runtime would. */
import "./endpoint.js";
import edgeFunction from "./edge_function.js";

const { FIREWORKS_API_KEY = "", FIREWORKS_API_BASE } = process.env;
const pending: Promise<unknown>[] = [];

const request = new Request("https://edge.example/", {
  method: "POST",
  body: JSON.stringify({ question: "What are tides? One sentence.", user: "ann" }),
});
const env = {
  FIREWORKS_API_KEY,
  ...(FIREWORKS_API_BASE === undefined ? {} : { FIREWORKS_API_BASE }),
  USAGE: {
    send: async ({ user, outcome, cost }: { user?: string; outcome: string; cost: { usd: string | null } }) =>
      console.log(`in the queue: ${user}, ${outcome}, $${cost.usd}`),
  },
};
const response = await edgeFunction.fetch(request, env, { waitUntil: (promise) => void pending.push(promise) });
console.log(await response.text());
await Promise.all(pending);
