import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ask, failure, modelOf, modes, saying } from "../../support/completions.js";
import { json, stall } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { refusals } from "../../support/refusals.js";

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

afterAll(() => server.close());

const refusedWith = refusals(() => server);

describe("48 a model that is still loading", () => {
  const loading = json(
    503,
    { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    { headers: { "retry-after": "0" } },
  );

  it.each(modes)("is waited for, beyond the retries (%s)", async (mode) => {
    server.reply(...Array.from({ length: 6 }, () => loading)).always(saying("Hello"));
    expect((await ask(modelOf(server, { maxRetries: 1 }), mode)).text).toBe("Hello");
  });

  it("for as long as the user allows, whatever `maxRetries` is, with a last look at the end", async () => {
    const since = Date.now();
    const { error, requests } = await refusedWith(json(503, { error: { message: "Loading model" } }), {
      maxRetries: 2,
      loadingTimeout: 200,
    });
    expect(error).toMatchObject({ status: 503, message: expect.stringContaining("Loading model") });
    expect(requests).toBe(2);
    expect(Date.now() - since).toBeLessThan(900);
  });

  it("not at all where the user allows no time", async () => {
    const { error, requests } = await refusedWith(loading, { maxRetries: 1, loadingTimeout: 0 });
    expect(error).toMatchObject({
      status: 503,
      message: expect.stringMatching(/Loading model.*raise `loadingTimeout`/),
    });
    expect(requests).toBe(2);
  });

  it("not at all with `maxRetries: 0`, unless that is asked for", async () => {
    expect((await refusedWith(loading)).requests).toBe(1);
    server.reply(loading, loading).always(saying("Hello"));
    expect((await ask(modelOf(server, { loadingTimeout: 5_000 }), "whole")).text).toBe("Hello");
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
    const { requests } = await refusedWith(
      json(503, { error: "no healthy upstream" }, { headers: { "retry-after": "0" } }),
      { maxRetries: 1 },
    );
    expect(requests).toBe(2);
  });
});

describe("42 a long wait for the first byte", () => {
  it("has a limit of its own, which the user sets", async () => {
    server.always(json(200, {}, { before: [stall] }));
    expect(await failure(ask(modelOf(server, { firstByteTimeout: 50 }), "whole"))).toMatchObject({
      limit: "firstByte",
      limitMs: 50,
    });
  });
});
