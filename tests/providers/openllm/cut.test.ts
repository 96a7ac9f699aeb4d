import { describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { CallTimeoutError, MeteredError, ServerError, StreamTruncatedError } from "../../../src/base/errors.js";
import type { ChatOpenLLMInput } from "../../../src/openllm.js";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import { useClock } from "../../contract/clock.js";
import { ask, chunk, completion, end, failure, modelOf, modes, saying, spent } from "../../support/completions.js";
import { cut, json, reset, sse, stall, type Step } from "../../support/wire_script.js";
import { gate } from "../../support/gate.js";
import { useWireServer } from "../../support/use_server.js";
import { frame, hello, raw } from "../../support/raw_streams.js";

const server = useWireServer();

describe("finish reasons that are no one's standard", () => {
  it.each([
    ["stop_sequence", "stop"],
    ["eos_token", "stop"],
    ["length", "length"],
    ["content_filter", "content_filter"],
    ["eos", "stop"],
    ["COMPLETE", "stop"],
    ["end-turn", "stop"],
    ["max_tokens", "length"],
    ["MAX_TOKENS", "length"],
    ["sensitive", "content_filter"],
  ])("%s is %s", async (reason, expected) => {
    server.always(sse([hello, end(reason), spent(3, 1)]));
    const message = await ask(modelOf(server), "stream");
    expect(message.response_metadata.finish_reason).toBe(expected);
    expect(message.response_metadata.finish_reason_raw).toBe(reason === expected ? undefined : reason);
  });

  const failures = [
    "abort",
    "error",
    "parse_error",
    "insufficient_system_resource",
    "network_error",
    "MALFORMED_FUNCTION_CALL",
    "a word of next year",
  ].flatMap((reason) => modes.map((mode) => [reason, mode] as const));

  it.each(failures)("%s is a failure, with what came before it and the server's figure (%s)", async (reason, mode) => {
    server.always(saying("Hello", reason));
    const error = await failure(ask(modelOf(server), mode));
    expect(ServerError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining(`\`${reason}\``),
      code: reason,
      model: "m",
      partialOutput: {
        text: "Hello",
        usage_metadata: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
        response_metadata: { usage_source: "server" },
      },
    });
    expect(getRetryable(error)).toBe(true);
  });

  it.each(modes)("a failure that would come again says so (%s)", async (mode) => {
    server.always(saying("Hello", "insufficient_quota"));
    expect(getRetryable(await failure(ask(modelOf(server), mode)))).toBe(false);
  });

  it.each(modes)("a failure whose usage is not known is an estimate of what came (%s)", async (mode) => {
    const answer = { ...completion({ content: "Hello" }, { finish_reason: "abort" }), usage: null };
    server.always(mode === "stream" ? sse([hello, end("abort")]) : json(200, answer));
    const error = await failure(ask(modelOf(server), mode));
    expect(error).toMatchObject({ partialOutput: { text: "Hello", response_metadata: { usage_source: "estimated" } } });
    expect((error as ServerError).partialOutput?.usage_metadata?.output_tokens).toBeGreaterThan(0);
  });

  it("a call in an answer that was given up is as good as its arguments", async () => {
    const calls = [
      { id: "a", function: { name: "f", arguments: '{"x":1}' } },
      { id: "b", function: { name: "g", arguments: '{"y":' } },
    ];
    server.always(json(200, completion({ content: null, tool_calls: calls }, { finish_reason: "abort" })));
    expect(await failure(ask(modelOf(server), "whole"))).toMatchObject({
      partialOutput: {
        tool_calls: [{ id: "a", name: "f", args: { x: 1 } }],
        invalid_tool_calls: [{ id: "b", name: "g" }],
      },
    });
  });
});

describe("never a silent truncation", () => {
  const askFor = (steps: Step[], fields: ChatOpenLLMInput = {}) => {
    server.always(raw(...steps));
    return ask(modelOf(server, fields), "stream");
  };

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

  it.each([
    ["what may be a tag", ["Hello"], []],
    ["the beginning of a tag", ["<thi"], ["<thi", ""]],
    ["blanks ahead of the answer", [" \n"], [" \n", ""]],
    ["the end of a thought", ["<think>So", "</thi"], ["", "So</thi"]],
  ])("loses nothing that was held back: %s", async (_name, pieces, [text = "Hello", reasoning = ""]) => {
    server.always(raw(...pieces.map((content) => frame(chunk({ content })))));
    for (const way of ["stream", "whole"] as const) {
      const { partialOutput } = (await failure(ask(modelOf(server), way))) as StreamTruncatedError;
      expect(partialOutput?.text).toBe(text);
      expect(partialOutput?.additional_kwargs.reasoning_content ?? "").toBe(reasoning);
    }
  });

  it("`[DONE]` without a finish reason, from a server that gives them (llama-cpp-python)", async () => {
    const error = await failure(askFor([frame(hello), "data: [DONE]\n\n"]));
    expect(StreamTruncatedError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining("`[DONE]` without a finish reason"),
      partialOutput: { text: "Hello", response_metadata: { usage_source: "estimated" } },
    });
    expect((await askFor([frame(hello), "data: [DONE]\n\n"], { unmarkedEnd: "accept" })).text).toBe("Hello");
  });

  it("the same where the field is left out, once the server has given a reason", async () => {
    const unmarked = [frame(chunk({ content: "Hello" }, { finish_reason: undefined })), "data: [DONE]\n\n"];
    forgetServers();
    expect((await askFor(unmarked)).text).toBe("Hello");
    await askFor([frame(hello), frame(end()), "data: [DONE]\n\n"]);
    expect(StreamTruncatedError.isInstance(await failure(askFor(unmarked)))).toBe(true);
  });

  it("says so with a type of its own, which may be tried again", async () => {
    server.always(raw(frame(hello)));
    const error = await failure(ask(modelOf(server), "stream"));
    expect(StreamTruncatedError.isInstance(error)).toBe(true);
    expect(getRetryable(error)).toBe(true);
  });

  it("says the same wherever an event was cut in two", async () => {
    const event = frame(chunk({ content: " there" })).trimEnd();
    for (let at = 1; at < event.length; at++) {
      server.always(raw(frame(hello), event.slice(0, at)));
      expect(await failure(ask(modelOf(server), "stream"))).toMatchObject({
        name: "StreamTruncatedError",
        partialOutput: { text: "Hello" },
      });
    }
  });

  it("an answer is whole once it has its finish reason, also when what follows is cut in two", async () => {
    for (const rest of [frame(spent(3, 1)).slice(0, 40), "data: [DO"]) {
      server.always(raw(frame(hello), frame(end()), rest));
      const { text, response_metadata: metadata } = await ask(modelOf(server), "stream");
      expect([text, metadata.usage_source]).toEqual(["Hello", "estimated"]);
    }
  });

  it("unless the user knows that the server marks no end", async () => {
    server.always(raw(frame(hello)));
    expect((await ask(modelOf(server, { unmarkedEnd: "accept" }), "stream")).text).toBe("Hello");
  });

  it("a reset in the middle", async () => {
    server.always(sse([hello, reset], { done: false }));
    expect(await failure(ask(modelOf(server), "stream"))).toMatchObject({
      name: "ConnectionError",
      code: "ECONNRESET",
      partialOutput: { text: "Hello" },
    });
  });

  it("a cut in the middle", async () => {
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
      "an object",
      [frame({ error: { message: "CUDA out of memory", type: "server_error", code: 500 } }), "data: [DONE]\n\n"],
      "CUDA out of memory",
      500,
    ],
    ["a status as text (LiteLLM, KServe)", [frame({ error: { message: "slow down", code: "429" } })], "slow down", 429],
    ["a text (Xinference)", [frame({ error: "engine died" })], "engine died", undefined],
    [
      "`http_status_code` (TGI)",
      [frame({ error: { message: "Input validation error", http_status_code: 422 } }), "data: [DONE]\n\n"],
      "Input validation error",
      422,
    ],
    ["`event: error`", ["event: error\ndata: boom\n\n"], "boom", undefined],
    [
      "flat (LMDeploy)",
      [frame({ object: "error", message: "bad thing", type: "internal", code: 500 })],
      "bad thing",
      500,
    ],
    [
      "FastChat's",
      [frame({ text: "NETWORK ERROR", error_code: 50002 }), "data: [DONE]\n\n"],
      "NETWORK ERROR",
      undefined,
    ],
    [
      "an `error:` field (older llama.cpp)",
      ['error: {"code":500,"message":"context shift","type":"server_error"}\n\n'],
      "context shift",
      500,
    ],
    ["a bare line of JSON", ['{"error":{"message":"gone"}}\n'], "gone", undefined],
    [
      "beside a choice (OpenRouter, LiteLLM)",
      [
        frame(
          chunk({ content: "" }, { finish_reason: "error" }, { error: { code: 502, message: "Provider went away" } }),
        ),
      ],
      "Provider went away",
      502,
    ],
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

  it("as the first event of a 200: refused, nothing spent, nothing tried again", async () => {
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

  it("something that is no event", async () => {
    server.always(raw(frame(hello), "data: <html>oops</html>\n\n"));
    expect(await failure(ask(modelOf(server), "stream"))).toMatchObject({
      message: expect.stringContaining("no JSON object: `oops`"),
      partialOutput: { text: "Hello" },
    });
  });
});

describe("silence in the middle", () => {
  const clock = useClock();

  it("ends after `idleTimeout`, closes the socket and keeps what came", async () => {
    server.always(sse([hello, stall]));
    const stream = await modelOf(server, { idleTimeout: 50 }).stream("Hi");
    await stream.next();
    const failing = failure(stream.next());
    clock.pass(50);
    const error = await failing;
    expect(CallTimeoutError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ limit: "idle", limitMs: 50, partialOutput: { text: "Hello" } });
    await server.requests.at(-1)?.closed;
    expect(server.requests.at(-1)?.aborted).toBe(true);
  });

  it("has a default, since a stalled engine still answers its health check", async () => {
    server.always(sse([hello, stall]));
    const stream = await modelOf(server).stream("Hi");
    await stream.next();
    const next = failure(stream.next());
    clock.pass(120_000);
    expect(await next).toMatchObject({ limit: "idle", limitMs: 120_000 });
  });

  it("pings are signs of life", async () => {
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
