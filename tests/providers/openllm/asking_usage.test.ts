import { beforeEach, describe, expect, it } from "@jest/globals";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import { ask, chunk, completion, end, isStreamed, modelOf, piece, spent, weather } from "../../support/completions.js";
import { json, sse } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";

type Json = Record<string, unknown>;

const server = useWireServer();
beforeEach(forgetServers);

const hello = chunk({ role: "assistant", content: "Hello there" });

describe("asking for usage", () => {
  it("sends `stream_options` with a stream and never without (vLLM answers 400), also when the user passes it", async () => {
    server.always(({ json: body }) =>
      isStreamed(body) ? sse([hello, end(), spent(1, 1)]) : json(200, completion({ content: "Hi" })),
    );
    const before = server.requests.length;
    const model = modelOf(server, {
      extraBody: { stream_options: { include_usage: true, continuous_usage_stats: true } },
    });
    await ask(model, "stream");
    await ask(model, "whole");
    const [streamed, whole] = server.requests.slice(before).map(({ json: body }) => body as Json);
    expect(streamed?.stream_options).toEqual({ include_usage: true, continuous_usage_stats: true });
    expect(whole).not.toHaveProperty("stream_options");
  });

  it.each([
    ["nested", { error: { message: "Unrecognized request argument supplied: stream_options", code: 400 } }, 400],
    ["FastAPI's", { detail: [{ loc: ["body", "stream_options"], msg: "Extra inputs are not permitted" }] }, 422],
    ["in `param`", { error: { message: "Extra inputs are not permitted", param: "stream_options" } }, 400],
    ["flat", { object: "error", message: "Extra inputs are not permitted", param: "stream_options", code: 400 }, 400],
  ])("`stream_options` refused (%s): asked once without, and never again with it", async (_name, refusal, status) => {
    server.always(({ json: body }) =>
      (body as Json).stream_options === undefined ? sse([hello, end()]) : json(status, refusal),
    );
    const before = server.requests.length;
    const model = modelOf(server);
    for (let call = 0; call < 2; call++) {
      const { text, response_metadata: metadata } = await ask(model, "stream");
      expect([text, metadata.usage_source]).toEqual(["Hello there", "estimated"]);
    }
    const bodies = server.requests.slice(before).map(({ json: body }) => body as Json);
    expect(bodies.map((body) => "stream_options" in body)).toEqual([true, false, false]);
    // Another instance for the same server and model knows it too.
    await ask(modelOf(server), "stream");
    expect(server.requests.at(-1)?.json).not.toHaveProperty("stream_options");
  });

  it("another field's refusal is the user's, and is not asked again", async () => {
    server.always(json(400, { error: { message: "top_p must be in (0, 1]" } }));
    const before = server.requests.length;
    await expect(ask(modelOf(server), "stream")).rejects.toThrow("top_p must be in (0, 1]");
    expect(server.requests.length - before).toBe(1);
  });

  it("counts tools and images into an estimate", async () => {
    server.always(json(200, completion({ content: "Hi" }, {}, { usage: undefined })));
    const plain = await ask(modelOf(server), "whole");
    const withTool = await ask(modelOf(server), "whole", { tools: [weather] });
    expect(withTool.usage_metadata?.input_tokens).toBeGreaterThan(Number(plain.usage_metadata?.input_tokens) + 20);
  });

  it("a call's pieces are counted once", async () => {
    server.always(
      sse([
        piece({ index: 0, id: "a", function: { name: "f", arguments: "" } }),
        piece({ index: 0, function: { arguments: '{"city":"Rome"}' } }),
        end("tool_calls"),
      ]),
    );
    const { usage_metadata: usage } = await ask(modelOf(server), "stream");
    expect(usage?.output_tokens).toBeGreaterThan(3);
    expect(usage?.output_tokens).toBeLessThan(12);
  });
});
