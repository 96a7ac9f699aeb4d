import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { getEnvironmentVariable } from "@langchain/core/utils/env";
import { refusedUrl, startWireServer, type WireServer } from "../support/wire_server.js";
import { givenUp } from "./expected.js";
import type { Findings } from "./job/job.js";
import type { Runtime } from "./runtimes.js";
import { startService } from "./service.js";
import { MODELS } from "./table.js";

/**
 * A suite for what a machine may lack: it is left out there, with a word; with `REQUIRE_RUNTIMES=1` it fails.
 * @param found - what the machine has of it
 */
export function describeRuntime<Found>(title: string, found: Found | undefined, tests: (found: Found) => void): void {
  if (found === undefined && getEnvironmentVariable("REQUIRE_RUNTIMES") !== "1") {
    process.stderr.write(`Skipped: ${title}. It is not installed.\n`);
    // oxlint-disable-next-line jest/no-disabled-tests -- where the runtime is absent, and never in CI
    it.skip(`${title} does what is expected of it`, () => {});
    return;
  }
  describe(title, () => {
    it("is installed", () => expect(found).toBeDefined());
    if (found !== undefined) tests(found);
  });
}

/** The tests of the job in each form of a runtime, and `more` of that runtime. */
export function describeJobs(title: string, runtimes: readonly Runtime[] | undefined, more = (): void => {}): void {
  describeRuntime(title, runtimes, (forms) => {
    forms.forEach(describeJob);
    more();
  });
}

/** The tests of the job that runs in one runtime. */
function describeJob({ title, run, is, sees }: Runtime): void {
  describe(title, () => {
    let service: WireServer;
    let other: WireServer;
    let findings: Findings;
    beforeAll(async () => {
      other = await startWireServer();
      service = await startService(other.url);
      findings = (await run({ SERVER_URL: service.url, CLOSED_URL: await refusedUrl() })) as Findings; // what the job writes
    });
    afterAll(() => Promise.all([service, other].map((server) => server.close())));

    it("is the runtime that is meant, and everything was tried there", () => {
      expect(findings).toMatchObject(is);
      expect(Object.keys(findings.seen)).toEqual(Object.keys(sees));
    });

    it.each(MODELS.flatMap((model) => Object.keys(sees).map((check) => [model, check])))("%s: %s", (model, check) => {
      expect(findings.seen[check]?.[model]).toEqual(sees[check]);
    });

    it("closes the connection of each call that was given up, and of no other", async () => {
      await service.idle();
      const paths = service.requests.filter(({ aborted }) => aborted).map(({ path }) => path.split("/")[1]);
      expect(paths.filter((part) => part === "stalls")).toHaveLength(givenUp.stalls * MODELS.length);
      expect(paths.filter((part) => part === "silence")).toHaveLength(givenUp.silence * MODELS.length);
      expect(paths).toHaveLength((givenUp.stalls + givenUp.silence) * MODELS.length);
    });

    it("sends nothing to where it is redirected", () => expect(other.requests).toEqual([]));
  });
}
