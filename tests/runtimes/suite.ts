import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { getEnvironmentVariable } from "@langchain/core/utils/env";
import { refusedUrl, startWireServer, type WireServer } from "../support/wire_server.js";
import { bundleJob } from "./bundle.js";
import { expected, givenUp } from "./expected.js";
import type { Findings } from "./job/job.js";
import { startService } from "./service.js";

const models = ["ChatFireworks", "ChatOpenLLM", "ChatOllamaLite"];

/** A suite in a runtime that a machine may lack: it is left out there, with a word; with `REQUIRE_RUNTIMES=1` it fails. */
export function describeRuntime(title: string, program: string | undefined, tests: (program: string) => void): void {
  if (program === undefined && getEnvironmentVariable("REQUIRE_RUNTIMES") !== "1") {
    process.stderr.write(`Skipped: ${title}. It is not installed.\n`);
    // oxlint-disable-next-line jest/no-disabled-tests -- where the runtime is absent, and never in CI
    describe.skip(title, () => tests(""));
    return;
  }
  describe(title, () => {
    it("is installed", () => expect(program).toBeDefined());
    if (program !== undefined) tests(program);
  });
}

/**
 * The tests of the job that runs in one runtime.
 * @param entry - the file of `job/` that begins there
 * @param run - runs a script, and resolves with its findings
 * @param is - what must be found of the runtime itself
 * @param sees - what the checks must see there
 */
export function describeJob(
  title: string,
  entry: string,
  run: (script: string) => Promise<unknown>,
  is: object,
  sees = expected,
): void {
  describe(title, () => {
    let service: WireServer;
    let other: WireServer;
    let findings: Findings;
    beforeAll(async () => {
      other = await startWireServer();
      service = await startService(other.url);
      const addresses = { SERVER_URL: service.url, CLOSED_URL: await refusedUrl() };
      findings = (await run(await bundleJob(entry, addresses))) as Findings; // what the job posts
    });
    afterAll(() => Promise.all([service, other].map((server) => server.close())));

    it("is the runtime that is meant, and everything was tried there", () => {
      expect(findings).toMatchObject(is);
      expect(Object.keys(findings.seen)).toEqual(Object.keys(sees));
    });

    it.each(models.flatMap((model) => Object.keys(sees).map((check) => [model, check])))("%s: %s", (model, check) => {
      expect(findings.seen[check]?.[model]).toEqual(sees[check]);
    });

    it("closes the connection of each call that was given up, and of no other", async () => {
      await service.idle();
      const paths = service.requests.filter(({ aborted }) => aborted).map(({ path }) => path.split("/")[1]);
      expect(paths.filter((part) => part === "stalls")).toHaveLength(givenUp.stalls * models.length);
      expect(paths.filter((part) => part === "silence")).toHaveLength(givenUp.silence * models.length);
      expect(paths).toHaveLength((givenUp.stalls + givenUp.silence) * models.length);
    });

    it("sends nothing to where it is redirected", () => expect(other.requests).toEqual([]));
  });
}
