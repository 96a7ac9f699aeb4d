import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it, jest } from "@jest/globals";
import { chunk } from "../support/completions.js";
import { sse, stall } from "../support/wire_script.js";
import { startWireServer } from "../support/wire_server.js";

jest.setTimeout(180_000);

/** A runtime whose reader goes away after the first piece; it prints what is sent to the queue. */
const RUNTIME = `
  import edgeFunction from "./examples/edge_function.ts";
  const pending = [];
  const request = new Request("https://edge.example/", {
    method: "POST",
    body: JSON.stringify({ question: "What are tides?", user: "ann" }),
  });
  const env = {
    FIREWORKS_API_KEY: "not-a-key",
    FIREWORKS_API_BASE: process.env.ADDRESS,
    USAGE: { send: async ({ user, outcome }) => console.log(user, outcome) },
  };
  const { body } = await edgeFunction.fetch(request, env, { waitUntil: (promise) => pending.push(promise) });
  const reader = body.getReader();
  await reader.read();
  await reader.cancel();
  await Promise.all(pending);
`;

it("the edge function ends the call of a reader who goes away while the model says nothing", async () => {
  const server = await startWireServer(sse([chunk({ content: "Tides are" }), stall]));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", RUNTIME],
    { env: { ...process.env, NODE_OPTIONS: "", ADDRESS: `${server.url}/v1` } },
  );
  await server.idle();
  await server.close();
  expect(stdout).toBe("ann aborted\n");
});
