import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { StructuredOutputError } from "../../../src/base/errors.js";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import type { ChatOpenLLMInput } from "../../../src/openllm.js";
import {
  ask,
  callsOf,
  chunk,
  completion,
  end,
  failure,
  isStreamed,
  modelOf,
  modes,
} from "../../support/completions.js";
import { RecordingHandler } from "../../support/recording_handler.js";
import { expectOneRun } from "../../support/runs.js";
import { json, sse, stall, type Script } from "../../support/wire_script.js";
import type { WireRequest } from "../../support/wire_request.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { format, ignoring, required, rome } from "../../support/forced_calls.js";

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

beforeEach(forgetServers);

afterAll(() => server.close());

const model = (fields: ChatOpenLLMInput = {}) => modelOf(server, fields);

describe.each(modes)("the books of a forced tool that the server ignores (%s)", (mode) => {
  it("when the schema is ignored too it is an error, and all three requests are on the books", async () => {
    server.always(ignoring("It is sunny.", "Really, it is."));
    const llm = model();
    const error = await failure(ask(llm, mode, required));
    expect(StructuredOutputError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining(
        "`Really, it is.`. Asked for the call as JSON, it answered so again: the server seems to ignore `response_format` too.",
      ),
      partialOutput: {
        text: "It is sunny.",
        usage_metadata: { input_tokens: 50, output_tokens: 16 },
        response_metadata: { usage_source: "server" },
      },
    });
    expect(llm.costs.totals).toMatchObject({ calls: 1, inputTokens: 50, outputTokens: 16, estimatedCalls: 0 });
  });

  it("a refusal of the last request leaves those before it on the books, exactly", async () => {
    server.always((request) =>
      format(request)
        ? json(400, { error: { message: "response_format is off today" } })
        : ignoring("It is sunny.", rome)(request),
    );
    const llm = model();
    const error = await failure(ask(llm, mode, required));
    expect(error).toMatchObject({
      status: 400,
      partialOutput: { usage_metadata: { total_tokens: 30 }, response_metadata: { usage_source: "server" } },
    });
    expect(llm.costs.totals).toMatchObject({ inputTokens: 20, outputTokens: 10, estimatedCalls: 0 });
  });

  it("without any usage from the server, all requests are estimated", async () => {
    const silent = (request: WireRequest): Script => {
      const text = format(request) ? rome : "It is sunny today.";
      return isStreamed(request.json)
        ? sse([chunk({ content: text }), end()])
        : json(200, completion({ content: text }, {}, { usage: undefined }));
    };
    server.always(silent);
    const one = await ask(model({ forcedTools: "off" }), mode, required);
    const all = await ask(model(), mode, required);
    expect(all.response_metadata).toMatchObject({ usage_source: "estimated", forced_by: "schema" });
    expect(all.usage_metadata?.input_tokens).toBe(3 * Number(one.usage_metadata?.input_tokens));
    expect(all.usage_metadata?.output_tokens).toBeGreaterThan(Number(one.usage_metadata?.output_tokens));
  });

  it("with usage for the first only, the second is estimated on top of it", async () => {
    server.always((request) =>
      format(request)
        ? json(200, completion({ content: rome }, {}, { usage: null }))
        : ignoring("It is sunny.", rome)(request),
    );
    const { usage_metadata: usage, response_metadata: metadata } = await ask(model({ maxTokens: 50 }), mode, required);
    expect(metadata.usage_source).toBe("estimated");
    expect(usage?.input_tokens).toBeGreaterThan(10 + 20);
    const { inputTokens, outputTokens } = metadata.usage_estimate as {
      inputTokens: [number, number];
      outputTokens: [number, number];
    };
    expect(inputTokens[0]).toBeGreaterThanOrEqual(10);
    expect(outputTokens[0]).toBeGreaterThanOrEqual(5);
    expect(outputTokens[1]).toBeGreaterThanOrEqual(5 + 6);
  });

  it("aborted in the last request, those before it are exact and that one an estimate", async () => {
    const aborting = new AbortController();
    server.always((request) => {
      if (!format(request)) return ignoring("It is sunny.", rome)(request);
      aborting.abort();
      return json(200, {}, { before: [stall] });
    });
    const handler = new RecordingHandler();
    await failure(ask(model({ maxTokens: 9, callbacks: [handler] }), mode, { ...required, signal: aborting.signal }));
    const { last } = expectOneRun(handler);
    expect(last).toMatchObject({
      type: "error",
      error: {
        partialOutput: {
          usage_metadata: { input_tokens: 20, output_tokens: 10 },
          response_metadata: {
            usage_source: "estimated",
            usage_estimate: { inputTokens: [20, expect.any(Number)], outputTokens: [10, 10 + 9] },
          },
        },
      },
    });
  });

  it("with one place in the queue it does not wait for itself", async () => {
    server.always(ignoring("It is sunny.", rome));
    const message = await ask(model({ maxConcurrency: 1 }), mode, required);
    expect(callsOf(message)).toEqual([["get_weather", { city: "Rome" }]]);
  });
});
