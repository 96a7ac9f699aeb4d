import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ContextOverflowError, getRetryable } from "@langchain/core/errors";
import { ConnectionError, ContextWindowError, ServerError, StreamTruncatedError } from "../../../src/base/errors.js";
import { useClock } from "../../contract/clock.js";
import { gate } from "../../support/gate.js";
import { cut, hangUp, json, reset, sse, text, type Script } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, event, fireworks, hello, lastEvent, MODEL, usageEvent, WAYS } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

async function failure(asking: Promise<unknown>): Promise<ServerError> {
  const error: unknown = await asking.then(
    (answer) => answer,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as ServerError;
}

/** Bodies of errors as they have been seen, each with what is to be read out of it. */
const BODIES: [title: string, body: unknown, message: string, code: string | undefined][] = [
  [
    "nested, with `object`",
    { error: { object: "error", type: "invalid_request_error", code: "invalid_request_error", message: "Bad tide." } },
    "Bad tide.",
    "invalid_request_error",
  ],
  [
    "nested, with `param`",
    { error: { message: "Bad tide.", param: "max_tokens", code: "BAD_REQUEST", type: "error" } },
    "Bad tide.",
    "BAD_REQUEST",
  ],
  [
    "nested, with nulls",
    { error: { object: "error", type: null, code: null, message: "Bad tide.", param: null } },
    "Bad tide.",
    undefined,
  ],
  ["a bare text", { error: "Bad tide." }, "Bad tide.", undefined],
  [
    "not nested",
    { object: "error", type: "rate_limit", code: "rate_limit_exceeded", message: "Bad tide." },
    "Bad tide.",
    "rate_limit_exceeded",
  ],
];

describe.each(WAYS)("errors, $way", ({ isStreamed }) => {
  it.each(BODIES)("are read from a body that is %s", async (_, body, message, code) => {
    server.reply(json(400, body));
    const error = await failure(ask(fireworks(server), isStreamed));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toBe(`Fireworks answered 400 for model \`${MODEL}\`: ${message}`);
    expect(error).toMatchObject({ status: 400, code, model: MODEL });
  });

  it.each<[string, Script, string]>([
    ["no words", text(502, ""), "no explanation"],
    [
      "a proxy's page",
      text(502, "<html><head><style>p{}</style></head><body><h1>502 Bad Gateway</h1></body></html>", {
        headers: { "content-type": "text/html" },
      }),
      "502 Bad Gateway",
    ],
    ["broken JSON", text(500, '{"error":{"message":"oh'), '{"error":{"message":"oh'],
  ])("are typed for %s too", async (_, script, words) => {
    server.reply(script);
    const error = await failure(ask(fireworks(server), isStreamed));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toContain(words);
  });

  it.each<[number, string, string, string | undefined]>([
    [
      400,
      "Extra inputs are not permitted, field: 'store', value: True",
      "Fireworks refuses fields that it does not know.",
      undefined,
    ],
    [401, "The API key you provided is invalid.", "Check `FIREWORKS_API_KEY`", "MODEL_AUTHENTICATION"],
    [403, "Forbidden", "Check `FIREWORKS_API_KEY`", "MODEL_AUTHENTICATION"],
    [402, "Payment required", "billing and spending limit", undefined],
    [404, "Model not found, inaccessible, and/or not deployed", "Check the model's id", "MODEL_NOT_FOUND"],
    [412, "Precondition failed", "suspended", undefined],
    [429, "Too many requests", "limits grow as they are used", "MODEL_RATE_LIMIT"],
    [503, "Service overloaded", "sheds load", undefined],
  ])("with %i say what to do", async (status, message, hint, code) => {
    server.reply(json(status, { error: { object: "error", type: "error", message } }));
    const error = await failure(ask(fireworks(server), isStreamed));
    expect(error.message).toContain(message);
    expect(error.message).toContain(hint);
    expect(error.lc_error_code).toBe(code);
  });

  it("that a prompt is too long are of the type for it, with the sizes that the text names", async () => {
    server.reply(
      json(400, {
        error: {
          object: "error",
          type: "invalid_request_error",
          message: "The prompt is too long: 131126, model maximum context length: 131071",
        },
      }),
    );
    const error = await failure(ask(fireworks(server, { contextLengthExceededBehavior: "error" }), isStreamed));
    expect(error).toBeInstanceOf(ContextWindowError);
    expect(ContextOverflowError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ promptTokens: 131_126, contextTokens: 131_071, lc_error_code: "CONTEXT_OVERFLOW" });
  });

  it("cost nothing when the request was refused", async () => {
    server.reply(json(400, { error: "Bad tide." }));
    const model = fireworks(server);
    const error = await failure(ask(model, isStreamed));
    expect(error.partialOutput).toBeUndefined();
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 0, outputTokens: 0, unpricedCalls: 0 });
  });

  it("never show the key", async () => {
    server.reply(json(401, { error: "No." }));
    const error = await failure(ask(fireworks(server), isStreamed));
    expect(JSON.stringify([error, error.message, error.stack, { ...error }])).not.toContain("fw_not_a_key");
  });
});

/** Which answers are worth another attempt. */
const RETRIES: [status: number, isRetried: boolean][] = [
  [400, false],
  [401, false],
  [402, false],
  [403, false],
  [404, false],
  [405, false],
  [408, true],
  [409, true],
  [412, false],
  [413, false],
  [422, false],
  [425, true],
  [429, true],
  [500, true],
  [502, true],
  [503, true],
  [504, true],
  [520, true],
];

describe("another attempt", () => {
  it.each(WAYS)("is made after %j exactly where it can help", async ({ isStreamed }) => {
    const attempts = await Promise.all(
      RETRIES.map(async ([status]) => {
        let requests = 0;
        const headers = { "retry-after": "0" };
        server.on(`/s${status}/chat/completions`, (request) =>
          ++requests === 1 ? json(status, { error: "No." }, { headers }) : hello(request),
        );
        const model = fireworks(server, { baseURL: `${server.url}/s${status}`, maxRetries: 1 });
        const outcome = await ask(model, isStreamed).then(
          (answer) => answer.text,
          (error: unknown) => getRetryable(error),
        );
        return [status, requests, outcome];
      }),
    );
    expect(attempts).toEqual(
      RETRIES.map(([status, isRetried]) => (isRetried ? [status, 2, "Hello."] : [status, 1, false])),
    );
  });

  describe("waits", () => {
    const clock = useClock({ date: true });

    it.each<[string, () => Record<string, string>, atLeast: number, atMost: number]>([
      ["the seconds that a 429 names", () => ({ "retry-after": "2" }), 2_000, 2_000],
      // A date has whole seconds: this one is more than 2 s ahead, and no more than 3.
      [
        "until the date that it names",
        () => ({ "retry-after": new Date(Date.now() + 3_000).toUTCString() }),
        2_000,
        3_000,
      ],
      ["a time of its own where it names none", () => ({}), 1_000, 4_000],
    ])("%s", async (_, headers, atLeast, atMost) => {
      const failed = gate();
      server.reply(() => json(429, { object: "error", message: "Slow down." }, { headers: headers() }), hello);
      const asking = fireworks(server, { maxRetries: 1, onFailedAttempt: () => failed.arrive() }).invoke("Hi.");
      await failed.reached;
      await clock.passSoon(atLeast - 1);
      expect(server.requests).toHaveLength(1);
      await clock.passSoon(atMost - atLeast + 1);
      expect((await asking).text).toBe("Hello.");
      expect(server.requests).toHaveLength(2);
    });
  });

  it("is left to the caller when the wait is longer than a minute, in seconds or as a date", async () => {
    for (const wait of ["3600", new Date(Date.now() + 3_600_000).toUTCString()]) {
      server.reply(json(429, { error: "Slow down." }, { headers: { "retry-after": wait } }));
      const error = await failure(fireworks(server, { maxRetries: 3 }).invoke("Hi."));
      expect(error.status).toBe(429);
      expect(error.retryAfterMs).toBeGreaterThan(3_590_000);
    }
    expect(server.requests).toHaveLength(2);
  });

  it("is made or not as the server says, whatever the status", async () => {
    server.reply(json(503, { error: "Never." }, { headers: { "x-should-retry": "false" } }));
    await failure(fireworks(server, { maxRetries: 3 }).invoke("Hi."));
    expect(server.requests).toHaveLength(1);
    server.reply(json(404, { error: "Soon." }, { headers: { "x-should-retry": "true", "retry-after": "0" } }), hello);
    expect((await fireworks(server, { maxRetries: 1 }).invoke("Hi.")).text).toBe("Hello.");
    expect(server.requests).toHaveLength(3);
  });

  it("is made after a connection that broke before any answer, in one layer: as many requests as were allowed", async () => {
    server.reply(hangUp(reset), hangUp(reset), hangUp(reset));
    const error = await failure(fireworks(server, { maxRetries: 1 }).invoke("Hi."));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(server.requests).toHaveLength(2);
  });

  it("is not on the bill when it failed, and is listed", async () => {
    server.reply(json(503, { error: "No." }, { headers: { "retry-after": "0" } }), hello);
    const model = fireworks(server, { maxRetries: 1 });
    const answer = await model.invoke("Hi.");
    expect(answer.response_metadata.requests).toMatchObject([{ status: 503 }, { status: 200 }]);
    expect(model.costs.totals).toMatchObject({ calls: 1, inputTokens: 35, outputTokens: 9 });
  });

  it("is never made after the first piece of an answer: no text is given twice", async () => {
    server.reply(sse([event({ content: "Hello " }), cut], { done: false }));
    const texts: string[] = [];
    const reading = (async () => {
      for await (const chunk of await fireworks(server, { maxRetries: 3 }).stream("Hi.")) texts.push(chunk.text);
    })();
    expect(await failure(reading)).toBeInstanceOf(Error);
    expect(texts).toEqual(["Hello "]);
    expect(server.requests).toHaveLength(1);
  });
});

describe("a stream that fails in the middle", () => {
  const begun = event({ content: "Tides " });
  const upstream = { code: 502, message: "Out of tide." };
  const givenUp = event({}, { choice: { finish_reason: "error", error: upstream } });
  it.each<[string, unknown[], string]>([
    ["with an error as data", [begun, { error: { object: "error", message: "Out of tide." } }], "Out of tide."],
    ["with an error as a bare text", [begun, { error: "Out of tide." }], "Out of tide."],
    [
      "with an error that is not nested",
      [begun, { object: "error", type: "server_error", message: "Out of tide." }],
      "Out of tide.",
    ],
    ["with an event of its own", [begun, 'event: error\ndata: {"message":"Out of tide."}\n\n'], "Out of tide."],
    ["with words instead of JSON", [begun, "event: error\ndata: Out of tide.\n\n"], "Out of tide."],
    ["with garbage", [begun, "data: {oops\n\n"], "{oops"],
    ["with the word for it as finish reason", [begun, lastEvent({}, "error")], "gave the answer up"],
    ["with an error inside its choice", [begun, givenUp], "Out of tide."],
  ])("%s keeps what came, and what it cost at least", async (_, events, words) => {
    server.reply(sse(events, { done: false }));
    const model = fireworks(server);
    const error = await failure(ask(model, true));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toContain(words);
    expect(error.partialOutput?.text).toBe("Tides ");
    expect(error.partialOutput?.response_metadata.usage_source).toBe("estimated");
    expect(model.costs.totals).toMatchObject({ calls: 1, estimatedCalls: 1 });
  });

  it.each<[string, unknown[]]>([
    ["without a reason of its end and without an end marker", [begun]],
    ["with a connection that closes", [begun, cut]],
  ])("%s is no success", async (_, events) => {
    server.reply(sse(events, { done: false }));
    const error = await failure(ask(fireworks(server), true));
    expect(StreamTruncatedError.isInstance(error) || ConnectionError.isInstance(error)).toBe(true);
    expect(error.partialOutput?.text).toBe("Tides ");
  });

  it("after its usage came keeps the server's figure as the least", async () => {
    server.reply(sse([begun, usageEvent(), { error: "Out of tide." }], { done: false }));
    const error = await failure(ask(fireworks(server), true));
    expect(error.partialOutput?.usage_metadata).toMatchObject({ input_tokens: 35 });
    expect(error.partialOutput?.usage_metadata?.output_tokens).toBeGreaterThanOrEqual(9);
  });
});
