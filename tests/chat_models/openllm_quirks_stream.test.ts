import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { AIMessage } from "@langchain/core/messages";
import { CallTimeoutError, MeteredError, ServerError, StreamTruncatedError } from "../../src/errors.js";
import { ask, callsOf, chunk, completion, end, failure, modelOf, modes, piece, spent } from "../support/completions.js";
import { bytes, cut, json, reset, sse, stall, text, type Step } from "../support/wire_script.js";
import { gate } from "../support/gate.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
afterAll(() => server.close());

const hello = chunk({ role: "assistant", content: "Hello" });
const frame = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const raw = (...steps: Step[]) => bytes(steps, { "content-type": "text/event-stream" });

describe("streams that are odd, and whole", () => {
  const rows: [quirk: string, steps: Step[]][] = [
    ["15 no role at all", [frame(chunk({ content: "Hello" })), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"]],
    [
      "15 role empty",
      [frame(chunk({ role: "", content: "Hello" })), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    [
      "16 role on every delta (TGI, LMDeploy)",
      [
        frame(chunk({ role: "assistant", content: "Hel" })),
        frame(chunk({ role: "assistant", content: "lo" })),
        frame(end()),
        frame(spent(3, 1)),
        "data: [DONE]\n\n",
      ],
    ],
    [
      "17 first delta with content null, last delta empty (llama.cpp)",
      [
        frame(chunk({ role: "assistant", content: null })),
        frame(hello),
        frame(end()),
        frame(spent(3, 1)),
        "data: [DONE]\n\n",
      ],
    ],
    [
      "18 chunks with `choices: []` first (keep-alive, filters)",
      [
        frame({ choices: [], prompt_filter_results: [] }),
        frame(hello),
        frame(end()),
        frame(spent(3, 1)),
        "data: [DONE]\n\n",
      ],
    ],
    [
      "18 `choices: null`",
      [frame({ choices: null }), frame(hello), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    ["34 finish reason sent twice", [frame(hello), frame(end()), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"]],
    ["35 no `[DONE]` though it finished (TensorRT-LLM)", [frame(hello), frame(end()), frame(spent(3, 1))]],
    ["35 no finish reason, but `[DONE]` (FastChat)", [frame(hello), frame(spent(3, 1)), "data: [DONE]\n\n"]],
    [
      "39 `data:` without anything",
      ["data:\n\n", frame(hello), "data: \n\n", frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    ["39 blanks after `[DONE]`", [frame(hello), frame(end()), frame(spent(3, 1)), "data: [DONE]  \n\n"]],
    [
      "39 one newline between events",
      [[hello, end(), spent(3, 1)].map((value) => `data: ${JSON.stringify(value)}\n`).join(""), "data: [DONE]\n"],
    ],
    [
      "39 two events in one line",
      [`data: ${JSON.stringify(hello)}data: ${JSON.stringify(end())}\n\n`, frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    ["39 a last event without its end", [frame(hello), frame(end()), `data: ${JSON.stringify(spent(3, 1))}`]],
    [
      "39 CRLF, a byte order mark, no blank after the colon",
      [
        `\uFEFFdata:${JSON.stringify(hello)}\r\n\r\n`,
        `data:${JSON.stringify(end())}\r\n\r\n`,
        `data:${JSON.stringify(spent(3, 1))}\r\n\r\n`,
      ],
    ],
    [
      "40 comments and pings",
      [
        ": ping\n\n",
        frame(hello),
        ": ping - 2026-11-22\n\n",
        "event: ping\n\n",
        frame(end()),
        frame(spent(3, 1)),
        "data: [DONE]\n\n",
      ],
    ],
    [
      "1.2 one byte at a time",
      [...Buffer.from(frame(hello) + frame(end()) + frame(spent(3, 1)))].map((byte) => Uint8Array.of(byte)),
    ],
  ];

  it.each(rows)("%s", async (_quirk, steps) => {
    server.always(raw(...steps));
    const message = await ask(modelOf(server), "stream");
    expect(message).toMatchObject({
      text: "Hello",
      usage_metadata: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
      response_metadata: { finish_reason: "stop", usage_source: "server", model_name: "m" },
    });
  });

  it("34 of two finish reasons the first counts", async () => {
    server.always(sse([hello, end("length"), end("stop"), spent(3, 1)]));
    expect((await ask(modelOf(server), "stream")).response_metadata.finish_reason).toBe("length");
  });

  it("15 tool calls and usage survive a missing role", async () => {
    server.always(
      sse([piece({ index: 0, id: "a", function: { name: "f", arguments: "{}" } }), end("tool_calls"), spent(3, 1)]),
    );
    const message = await ask(modelOf(server), "stream");
    expect(callsOf(message)).toEqual([["f", {}]]);
    expect(message.usage_metadata).toMatchObject({ total_tokens: 4 });
  });

  it("1.1 a message without a role, or with another, is the assistant's (V28)", async () => {
    for (const role of [undefined, "user"]) {
      server.always(json(200, completion({ role, content: "Hello" })));
      const message = await ask(modelOf(server), "whole");
      expect(AIMessage.isInstance(message)).toBe(true);
      expect(message).toMatchObject({ text: "Hello", usage_metadata: { total_tokens: 15 } });
    }
  });
});

describe("19 several answers", () => {
  it("a stream has one: `n` is not sent, and what comes of others is not mixed in", async () => {
    const two = {
      choices: [
        { index: 0, delta: { content: "A" } },
        { index: 1, delta: { content: "B" } },
      ],
    };
    server.always(
      sse([
        two,
        {
          choices: [
            { index: 1, delta: { content: "b" } },
            { index: 0, delta: { content: "a" } },
          ],
        },
        end(),
        chunk({}, { index: 1, finish_reason: "stop" }),
        spent(3, 4),
      ]),
    );
    const message = await ask(modelOf(server, { n: 2 }), "stream");
    expect(message.text).toBe("Aa");
    expect(server.requests.at(-1)?.json).not.toHaveProperty("n");
  });

  it("`generate` has all of them", async () => {
    const choices = [
      { index: 0, message: { content: "A" }, finish_reason: "stop" },
      { index: 1, message: { content: "B" }, finish_reason: "length" },
    ];
    server.always(json(200, completion({}, {}, { choices })));
    const { generations } = await modelOf(server).generate([["Hi"] as never], { n: 2 });
    expect(generations[0]?.map(({ text: said, generationInfo }) => [said, generationInfo?.finish_reason])).toEqual([
      ["A", "stop"],
      ["B", "length"],
    ]);
    expect(server.requests.at(-1)?.json).toMatchObject({ n: 2 });
  });
});

describe("66 log probabilities are kept when a call asks for them", () => {
  const slice = (token: string) => ({ content: [{ token, logprob: -0.1, top_logprobs: [] }] });

  it.each(modes)("%s", async (mode) => {
    server.always(
      mode === "stream"
        ? sse([
            chunk({ content: "A" }, { logprobs: slice("A") }),
            chunk({ content: "B" }, { logprobs: slice("B") }),
            end(),
            spent(3, 2),
          ])
        : json(
            200,
            completion({ content: "AB" }, { logprobs: { content: [...slice("A").content, ...slice("B").content] } }),
          ),
    );
    let tokens: unknown[] = [];
    if (mode === "whole")
      tokens = (
        (await modelOf(server).invoke("Hi", { logprobs: true })).response_metadata.logprobs as {
          content: { token: string }[];
        }
      ).content.map(({ token }) => token);
    else
      for await (const each of await modelOf(server).stream("Hi", { logprobs: true }))
        tokens.push(
          ...((each.response_metadata.logprobs as { content: { token: string }[] } | undefined)?.content ?? []).map(
            ({ token }) => token,
          ),
        );
    expect(tokens).toEqual(["A", "B"]);
    expect(server.requests.at(-1)?.json).toMatchObject({ logprobs: true });
  });
});

describe("33 finish reasons that are no one's standard", () => {
  it.each([
    ["stop_sequence", "stop"],
    ["eos_token", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
  ])("%s is %s", async (reason, expected) => {
    server.always(sse([hello, end(reason), spent(3, 1)]));
    const message = await ask(modelOf(server), "stream");
    expect(message.response_metadata.finish_reason).toBe(expected);
    expect(message.response_metadata.finish_reason_raw).toBe(reason === expected ? undefined : reason);
  });

  it.each(["abort", "error", "parse_error"])("%s is a failure, with what came before it", async (reason) => {
    server.always(sse([hello, end(reason), spent(3, 1)]));
    const error = await failure(ask(modelOf(server), "stream"));
    expect(error).toMatchObject({ code: reason, partialOutput: { text: "Hello" } });
    server.always(json(200, completion({ content: "Hello" }, { finish_reason: reason })));
    expect(await failure(ask(modelOf(server), "whole"))).toMatchObject({ code: reason });
  });
});

describe("35 never a silent truncation", () => {
  it.each([
    ["the connection closes politely", [frame(hello)]],
    ["in the middle of an event", [frame(hello), 'data: {"choices":[{"index":0,"del']],
    ["nothing at all", []],
  ])("%s", async (_name, steps) => {
    server.always(raw(...steps));
    const error = await failure(ask(modelOf(server), "stream"));
    expect(MeteredError.isInstance(error)).toBe(true);
    if (steps.length > 0)
      expect(error).toMatchObject({
        partialOutput: { text: "Hello", response_metadata: { usage_source: "estimated" } },
      });
  });

  it("says so with a type of its own, which may be tried again", async () => {
    server.always(raw(frame(hello)));
    const error = await failure(ask(modelOf(server), "stream"));
    expect(StreamTruncatedError.isInstance(error)).toBe(true);
    expect(getRetryable(error)).toBe(true);
  });

  it("unless the user knows that the server marks no end", async () => {
    server.always(raw(frame(hello)));
    expect((await ask(modelOf(server, { unmarkedEnd: "accept" }), "stream")).text).toBe("Hello");
  });

  it("73 a reset in the middle", async () => {
    server.always(sse([hello, reset], { done: false }));
    expect(await failure(ask(modelOf(server), "stream"))).toMatchObject({
      name: "ConnectionError",
      code: "ECONNRESET",
      partialOutput: { text: "Hello" },
    });
  });

  it("73 a cut in the middle", async () => {
    server.always(sse([hello, cut], { done: false }));
    expect(await failure(ask(modelOf(server), "stream"))).toMatchObject({
      name: "ConnectionError",
      url: `${server.url}/v1/chat/completions`,
      partialOutput: { text: "Hello" },
    });
  });
});

describe("errors inside a stream", () => {
  const rows: [quirk: string, steps: Step[], words: string, status: number | undefined][] = [
    [
      "36 an object",
      [frame({ error: { message: "CUDA out of memory", type: "server_error", code: 500 } }), "data: [DONE]\n\n"],
      "CUDA out of memory",
      500,
    ],
    ["36 a text (Xinference)", [frame({ error: "engine died" })], "engine died", undefined],
    [
      "36 `http_status_code` (TGI)",
      [frame({ error: { message: "Input validation error", http_status_code: 422 } }), "data: [DONE]\n\n"],
      "Input validation error",
      422,
    ],
    ["36 `event: error`", ["event: error\ndata: boom\n\n"], "boom", undefined],
    [
      "37 flat (LMDeploy)",
      [frame({ object: "error", message: "bad thing", type: "internal", code: 500 })],
      "bad thing",
      500,
    ],
    [
      "37 FastChat's",
      [frame({ text: "NETWORK ERROR", error_code: 50002 }), "data: [DONE]\n\n"],
      "NETWORK ERROR",
      undefined,
    ],
    [
      "38 an `error:` field (older llama.cpp)",
      ['error: {"code":500,"message":"context shift","type":"server_error"}\n\n'],
      "context shift",
      500,
    ],
    ["38 a bare line of JSON", ['{"error":{"message":"gone"}}\n'], "gone", undefined],
    ["2.11 FastAPI's detail", [frame({ detail: "worker lost" })], "worker lost", undefined],
  ];

  it.each(rows)("%s", async (_quirk, steps, words, status) => {
    server.always(raw(frame(hello), ...steps));
    const error = await failure(ask(modelOf(server), "stream"));
    expect(ServerError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining(words),
      status,
      partialOutput: { text: "Hello", usage_metadata: { output_tokens: expect.any(Number) } },
    });
  });

  it("V25 as the first event of a 200: refused, nothing spent, nothing tried again", async () => {
    const before = server.requests.length;
    server.always(
      raw(
        frame({ error: { message: "thinking_token_budget is set but", type: "BadRequestError", code: 400 } }),
        "data: [DONE]\n\n",
      ),
    );
    const error = await failure(ask(modelOf(server, { maxRetries: 2 }), "stream"));
    expect(error).toMatchObject({ status: 400, partialOutput: undefined });
    expect(getRetryable(error)).toBe(false);
    expect(server.requests.length - before).toBe(1);
  });

  it("is never asked again once something was delivered, whatever the words", async () => {
    const before = server.requests.length;
    server.always(sse([hello, { error: { message: "stream_options: extra inputs are not permitted", code: 400 } }]));
    expect(await failure(ask(modelOf(server), "stream"))).toMatchObject({
      status: 400,
      partialOutput: { text: "Hello" },
    });
    expect(server.requests.length - before).toBe(1);
  });

  it("39 something that is no event", async () => {
    server.always(raw(frame(hello), "data: <html>oops</html>\n\n"));
    expect(await failure(ask(modelOf(server), "stream"))).toMatchObject({
      message: expect.stringContaining("`<html>oops</html>`"),
      partialOutput: { text: "Hello" },
    });
  });
});

describe("41 silence in the middle", () => {
  it("ends after `idleTimeout`, closes the socket and keeps what came", async () => {
    server.always(sse([hello, stall]));
    const error = await failure(ask(modelOf(server, { idleTimeout: 50 }), "stream"));
    expect(CallTimeoutError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ limit: "idle", limitMs: 50, partialOutput: { text: "Hello" } });
    await server.requests.at(-1)?.closed;
    expect(server.requests.at(-1)?.aborted).toBe(true);
  });

  it("has a default, since a stalled engine still answers its health check (V32)", async () => {
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask", "performance", "Date"] });
    server.always(sse([hello, stall]));
    const stream = await modelOf(server).stream("Hi");
    await stream.next();
    const next = failure(stream.next());
    await jest.advanceTimersByTimeAsync(121_000);
    jest.useRealTimers();
    expect(await next).toMatchObject({ limit: "idle", limitMs: 120_000 });
  });

  it("40 pings are signs of life", async () => {
    const pings = [gate(), gate(), gate()];
    server.always(
      raw(frame(hello), ...pings.flatMap((each): Step[] => [each, ": ping\n\n"]), frame(end()), frame(spent(3, 1))),
    );
    const answer = ask(modelOf(server, { idleTimeout: 2_000 }), "stream");
    for (const each of pings) {
      await each.reached;
      each.open();
    }
    expect((await answer).text).toBe("Hello");
  });
});

describe("43 a server that does not do as it was asked", () => {
  it("answers JSON to a stream", async () => {
    server.always(
      json(200, completion({ content: "Hello", tool_calls: [{ id: "a", function: { name: "f", arguments: "{}" } }] })),
    );
    const message = await ask(modelOf(server), "stream");
    expect(message).toMatchObject({ text: "Hello", usage_metadata: { total_tokens: 15 } });
    expect(callsOf(message)).toEqual([["f", {}]]);
  });

  it.each(modes)("streams under a wrong content type (%s)", async (mode) => {
    server.always(bytes([frame(hello), frame(end()), frame(spent(3, 1))], { "content-type": "application/json" }));
    expect(await ask(modelOf(server), mode)).toMatchObject({ text: "Hello", usage_metadata: { total_tokens: 4 } });
  });

  it("streams although nobody asked", async () => {
    server.always(sse([hello, end(), spent(3, 1)]));
    expect(await ask(modelOf(server), "whole")).toMatchObject({
      text: "Hello",
      usage_metadata: { total_tokens: 4 },
      response_metadata: { finish_reason: "stop" },
    });
  });
});

describe.each(modes)("44 a 200 that is no answer (%s)", (mode) => {
  it.each([
    ["an error object", json(200, { error: { message: "model crashed", type: "server_error" } }), "model crashed"],
    ["an error text (LM Studio)", json(200, { error: "Model unloaded." }), "Model unloaded."],
    ["a flat error", json(200, { object: "error", message: "no worker", code: 50001 }), "no worker"],
    ["no choices", json(200, { id: "c1", choices: [] }), "an answer without choices"],
    ["`choices: null`", json(200, { choices: null }), "an answer without choices"],
    [
      "a page",
      text(200, "<html><body>Sign in</body></html>", { headers: { "content-type": "text/html" } }),
      "an HTML page: `<html><body>Sign in",
    ],
    ["nothing", text(200, "", { headers: { "content-type": "application/json" } }), "an empty body"],
    [
      "no JSON",
      text(200, "busy", { headers: { "content-type": "application/json" } }),
      "something that is no JSON: `busy`",
    ],
    ["a list", json(200, [1]), "something that is no chat completion"],
  ])("%s", async (_name, script, words) => {
    server.always(script);
    const error = await failure(ask(modelOf(server), mode));
    expect(ServerError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ message: expect.stringContaining(words), body: expect.any(String) });
  });

  it("an empty message is an answer, with a warning", async () => {
    server.always(
      mode === "stream" ? sse([chunk({ role: "assistant" }), end(), spent(3, 1)]) : json(200, completion(undefined)),
    );
    const message = await ask(modelOf(server), mode);
    expect([message.text, message.response_metadata.warnings]).toEqual([
      "",
      [expect.stringContaining("The answer is empty.")],
    ]);
  });
});
