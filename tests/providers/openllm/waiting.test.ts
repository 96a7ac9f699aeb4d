import { describe, expect, it, jest } from "@jest/globals";
import { useClock } from "../../contract/clock.js";
import { watch } from "../../contract/server.js";
import { ask, failure, modelOf, modes, saying } from "../../support/completions.js";
import { json, stall } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";
import { refusals } from "../../support/refusals.js";

const server = useWireServer();

const refusedWith = refusals(() => server);

describe("a model that is still loading", () => {
  const clock = useClock({ date: true });
  const loading = json(
    503,
    { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    { headers: { "retry-after": "0" } },
  );

  it.each(modes)("is waited for, beyond the retries (%s)", async (mode) => {
    server.reply(...Array.from({ length: 6 }, () => loading)).always(saying("Hello"));
    const asking = watch(ask(modelOf(server, { maxRetries: 1 }), mode));
    while (!asking.settled) await clock.passSoon(1);
    expect((await asking).text).toBe("Hello");
  });

  it("for as long as the user allows, whatever `maxRetries` is, with a last look at the end", async () => {
    const waits = jest.spyOn(globalThis, "setTimeout");
    const refusing = watch(
      refusedWith(json(503, { error: { message: "Loading model" } }), { maxRetries: 2, loadingTimeout: 200 }),
    );
    while (!refusing.settled) await clock.passSoon(1);
    const { error, requests } = await refusing;
    expect(waits.mock.calls.map(([, ms]) => ms).filter((ms) => Number(ms) <= 1_000)).toEqual([200]);
    waits.mockRestore();
    expect(error).toMatchObject({ status: 503, message: expect.stringContaining("Loading model") });
    expect(requests).toBe(2);
  });

  it("not at all where the user allows no time", async () => {
    const refusing = watch(refusedWith(loading, { maxRetries: 1, loadingTimeout: 0 }));
    while (!refusing.settled) await clock.passSoon(1);
    const { error, requests } = await refusing;
    expect(error).toMatchObject({
      status: 503,
      message: expect.stringMatching(/Loading model.*raise `loadingTimeout`/),
    });
    expect(requests).toBe(2);
  });

  it("not at all with `maxRetries: 0`, unless that is asked for", async () => {
    expect((await refusedWith(loading)).requests).toBe(1);
    server.reply(loading, loading).always(saying("Hello"));
    const asking = watch(ask(modelOf(server, { loadingTimeout: 5_000 }), "whole"));
    while (!asking.settled) await clock.passSoon(1);
    expect((await asking).text).toBe("Hello");
  });

  it("ends at once when the call is aborted", async () => {
    const aborting = new AbortController();
    server.always(json(503, { error: { message: "Model with name m is not ready." } }));
    const error = failure(modelOf(server, { loadingTimeout: 60_000 }).invoke("Hi", { signal: aborting.signal }));
    const { length } = server.requests;
    await server.received(length + 1);
    aborting.abort();
    expect(await error).toMatchObject({ name: expect.stringContaining("Abort") });
  });

  it("another 503 is the transport's to try again, and no more", async () => {
    const refusing = watch(
      refusedWith(json(503, { error: "no healthy upstream" }, { headers: { "retry-after": "0" } }), { maxRetries: 1 }),
    );
    while (!refusing.settled) await clock.passSoon(1);
    expect((await refusing).requests).toBe(2);
  });
});

describe("a long wait for the first byte", () => {
  const clock = useClock();

  it("has a limit of its own, which the user sets", async () => {
    server.always(json(200, {}, { before: [stall] }));
    const before = server.requests.length;
    const failing = failure(ask(modelOf(server, { firstByteTimeout: 50 }), "whole"));
    await server.received(before + 1);
    clock.pass(50);
    expect(await failing).toMatchObject({
      limit: "firstByte",
      limitMs: 50,
    });
  });
});
