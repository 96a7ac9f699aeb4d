import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { WireServer } from "../support/wire_server.js";
import { bundleJob } from "./bundle.js";
import { expectedWithNode } from "./expected.js";
import { startService } from "./service.js";
import { describeJob, describeRuntime } from "./suite.js";
import { findWorkerd, startWorker, type Worker } from "./workerd.js";

/** Before workers had anything of Node by default, and since. */
const bare = "2025-09-01";
const withNode = "2026-11-01";

describeRuntime("workerd", findWorkerd(), (program) => {
  const runAt = (date: string) => async (script: string) => {
    const worker = await startWorker(program, script, date);
    try {
      return await (await fetch(worker.url)).json();
    } finally {
      await worker.stop();
    }
  };
  describeJob("a bare Worker", "worker", runAt(bare), { node: [] });
  const node = ["Buffer", "process", "setImmediate"];
  describeJob("a Worker with what there is of Node", "worker", runAt(withNode), { node }, expectedWithNode);

  let service: WireServer;
  let worker: Worker;
  beforeAll(async () => {
    service = await startService("");
    const addresses = { SERVER_URL: service.url, CLOSED_URL: "" };
    worker = await startWorker(program, await bundleJob("worker", addresses), bare);
  });
  afterAll(async () => {
    await worker.stop();
    await service.close();
  });

  it("lets requests that come at once share the models of their module", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, async () => (await fetch(`${worker.url}/one`)).json()));
    expect(answers).toEqual(Array.from({ length: 5 }, () => ["Hello there.", "Hello there.", "Hello there."]));
  });
});
