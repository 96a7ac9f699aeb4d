import { describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import { ask, callsOf, chunk, completion, end, modelOf, modes, piece, spent } from "../../support/completions.js";
import { bytes, json, sse, type Step } from "../../support/wire_script.js";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import { useWireServer } from "../../support/use_server.js";
import { frame, hello, raw } from "../../support/raw_streams.js";

const server = useWireServer();

describe("streams that are odd, and whole", () => {
  const rows: [quirk: string, steps: Step[]][] = [
    ["no role at all", [frame(chunk({ content: "Hello" })), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"]],
    [
      "role empty",
      [frame(chunk({ role: "", content: "Hello" })), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    [
      "role on every delta (TGI, LMDeploy)",
      [
        frame(chunk({ role: "assistant", content: "Hel" })),
        frame(chunk({ role: "assistant", content: "lo" })),
        frame(end()),
        frame(spent(3, 1)),
        "data: [DONE]\n\n",
      ],
    ],
    [
      "first delta with content null, last delta empty (llama.cpp)",
      [
        frame(chunk({ role: "assistant", content: null })),
        frame(hello),
        frame(end()),
        frame(spent(3, 1)),
        "data: [DONE]\n\n",
      ],
    ],
    [
      "chunks with `choices: []` first (keep-alive, filters)",
      [
        frame({ choices: [], prompt_filter_results: [] }),
        frame(hello),
        frame(end()),
        frame(spent(3, 1)),
        "data: [DONE]\n\n",
      ],
    ],
    ["`choices: null`", [frame({ choices: null }), frame(hello), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"]],
    [
      "an `error_code` of 0 is none (FastChat's workers)",
      [frame(hello), frame(end()), frame({ ...spent(3, 1), error_code: 0 }), "data: [DONE]\n\n"],
    ],
    ["finish reason sent twice", [frame(hello), frame(end()), frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"]],
    ["no `[DONE]` though it finished (TensorRT-LLM)", [frame(hello), frame(end()), frame(spent(3, 1))]],
    [
      "no finish reason in any chunk, but `[DONE]` (FastChat)",
      [frame(chunk({ content: "Hello" }, { finish_reason: undefined })), frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    [
      "`data:` without anything",
      ["data:\n\n", frame(hello), "data: \n\n", frame(end()), frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    ["blanks after `[DONE]`", [frame(hello), frame(end()), frame(spent(3, 1)), "data: [DONE]  \n\n"]],
    [
      "one newline between events",
      [[hello, end(), spent(3, 1)].map((value) => `data: ${JSON.stringify(value)}\n`).join(""), "data: [DONE]\n"],
    ],
    [
      "two events in one line",
      [`data: ${JSON.stringify(hello)}data: ${JSON.stringify(end())}\n\n`, frame(spent(3, 1)), "data: [DONE]\n\n"],
    ],
    ["a last event without its end", [frame(hello), frame(end()), `data: ${JSON.stringify(spent(3, 1))}`]],
    [
      "CRLF, a byte order mark, no blank after the colon",
      [
        `\uFEFFdata:${JSON.stringify(hello)}\r\n\r\n`,
        `data:${JSON.stringify(end())}\r\n\r\n`,
        `data:${JSON.stringify(spent(3, 1))}\r\n\r\n`,
      ],
    ],
    [
      "what follows `[DONE]`, in the same piece or later",
      [frame(hello) + frame(end()) + frame(spent(3, 1)) + "data: [DONE]\n\n" + frame(hello), frame(hello)],
    ],
    [
      "comments and pings",
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
      "heartbeats as data, before the first chunk and after the last",
      [
        "data: : keepalive\n\ndata: {}\n\n",
        frame(hello),
        'data: null\n\ndata: {"type":"ping"}\n\n',
        frame(end()),
        frame(spent(3, 1)),
        "data: ping\n\ndata: [DONE]\n\n",
      ],
    ],
    [
      "one byte at a time",
      [...Buffer.from(frame(hello) + frame(end()) + frame(spent(3, 1)))].map((byte) => Uint8Array.of(byte)),
    ],
  ];

  it.each(rows)("%s", async (_quirk, steps) => {
    // Or it would be known that this server gives finish reasons.
    forgetServers();
    server.always(raw(...steps));
    const message = await ask(modelOf(server), "stream");
    expect(message).toMatchObject({
      text: "Hello",
      usage_metadata: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
      response_metadata: { finish_reason: "stop", usage_source: "server", model_name: "m" },
    });
  });

  it.each([
    ["of several finish reasons the last counts", ["stop", "stop", "length"], "length"],
    ["`null` in quotes is none", ["null", "length", "null"], "length"],
    ["an empty one is none", ["", "length", ""], "length"],
  ])("%s", async (_quirk, reasons, expected) => {
    server.always(sse([hello, ...reasons.map((reason) => end(reason)), spent(3, 1)]));
    expect((await ask(modelOf(server), "stream")).response_metadata.finish_reason).toBe(expected);
  });

  it("tool calls and usage survive a missing role", async () => {
    server.always(
      sse([piece({ index: 0, id: "a", function: { name: "f", arguments: "{}" } }), end("tool_calls"), spent(3, 1)]),
    );
    const message = await ask(modelOf(server), "stream");
    expect(callsOf(message)).toEqual([["f", {}]]);
    expect(message.usage_metadata).toMatchObject({ total_tokens: 4 });
  });

  it("a message without a role, or with another, is the assistant's", async () => {
    for (const role of [undefined, "user"]) {
      server.always(json(200, completion({ role, content: "Hello" })));
      const message = await ask(modelOf(server), "whole");
      expect(AIMessage.isInstance(message)).toBe(true);
      expect(message).toMatchObject({ text: "Hello", usage_metadata: { total_tokens: 15 } });
    }
  });
});

describe("log probabilities are kept when a call asks for them", () => {
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

describe("a server that does not do as it was asked", () => {
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
