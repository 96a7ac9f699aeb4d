import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { WireServer } from "../support/wire_server.js";
import { bundleJob } from "./bundle.js";
import { WORKER_DATES, workerRuntimes } from "./runtimes.js";
import { startService } from "./service.js";
import { describeJobs } from "./suite.js";
import { findWorkerd, startWorker, type Worker } from "./workerd.js";

const program = findWorkerd() ?? "";

describeJobs("workerd", workerRuntimes(), () => {
  let service: WireServer;
  let worker: Worker;
  beforeAll(async () => {
    service = await startService("");
    const addresses = { SERVER_URL: service.url, CLOSED_URL: "" };
    worker = await startWorker(program, await bundleJob("worker", addresses), WORKER_DATES.bare);
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
