import { afterAll, beforeAll, describe } from "@jest/globals";
import { getEnvironmentVariable } from "@langchain/core/utils/env";
import {
  startLiveServer,
  whyNoLiveServer,
  type LiveServer,
  type LiveServerOptions,
} from "../../scripts/live/server.js";

/** The first start fetches 127 MB of packages. */
const startTimeoutMs = 600_000;

/**
 * A suite with a real llama.cpp server of its own, started before its first test and stopped after its last one. Where no
 * server can run it says why and is skipped; with `REQUIRE_LIVE=1` it fails instead.
 */
export function describeLive(
  title: string,
  options: LiveServerOptions,
  tests: (server: () => LiveServer) => void,
): void {
  const reason = whyNoLiveServer();
  if (reason !== undefined && getEnvironmentVariable("REQUIRE_LIVE") !== "1") {
    process.stderr.write(`Skipped: ${title}. ${reason}\n`);
    // oxlint-disable-next-line jest/no-disabled-tests -- where Python is absent, and never in CI
    describe.skip(title, () => tests(() => absent(reason)));
    return;
  }
  describe(title, () => {
    let server: LiveServer | undefined;
    beforeAll(async () => {
      server = await startLiveServer(options);
    }, startTimeoutMs);
    afterAll(() => server?.close());
    tests(() => server ?? absent(reason));
  });
}

function absent(reason = "The live server runs only while the tests of its suite do."): never {
  throw new Error(reason);
}
