import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { tool } from "@langchain/core/tools";
import type { AIMessageChunk } from "@langchain/core/messages";
import { z } from "zod";
import { ConfigurationError } from "../../../src/base/errors.js";
import { resplit, splitEvery } from "../../support/split.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, event, fireworks, hello, lastBody, lastEvent, streamed, WAYS, whole } from "./setup.js";
import { sse } from "../../support/wire_script.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(() => server.close());

const weather = tool(({ city }) => `21 C in ${city}`, {
  name: "weather",
  description: "Tells the weather.",
  schema: z.object({ city: z.string() }),
});
const tides = { type: "function", function: { name: "tides", parameters: { type: "object", properties: {} } } };
const named = { type: "function", function: { name: "weather" } };

describe.each(WAYS)("tools, $way", ({ isStreamed }) => {
  it("leave with name, description and schema, and nothing else", async () => {
    await ask(fireworks(server).bindTools([weather, tides]), isStreamed);
    expect(lastBody(server).tools).toEqual([
      {
        type: "function",
        function: {
          name: "weather",
          description: "Tells the weather.",
          parameters: expect.objectContaining({
            type: "object",
            properties: { city: { type: "string" } },
            required: ["city"],
          }),
        },
      },
      tides,
    ]);
    expect(lastBody(server)).not.toHaveProperty("tool_choice");
  });

  it.each<[unknown, unknown]>([
    ["auto", "auto"],
    ["none", "none"],
    ["any", "required"],
    ["required", "required"],
    [true, "required"],
    ["weather", named],
    [named, named],
    [{ type: "function", name: "weather" }, named],
    [{ type: "tool", name: "weather" }, named],
    [{ type: "any" }, "required"],
    [{ type: "auto" }, "auto"],
    [undefined, undefined],
  ])("the choice %j leaves as %j", async (choice, sent) => {
    await ask(fireworks(server).bindTools([weather, tides], { tool_choice: choice as never }), isStreamed);
    expect(lastBody(server).tool_choice).toEqual(sent);
  });

  it.each<[string, unknown, string]>([
    ["of a tool that is not bound", "clock", "`clock`"],
    ["that is none", 7, "`7`"],
    ["of an empty object", {}, "`{}`"],
  ])("a choice %s is refused before anything is sent", async (_, choice, word) => {
    const asking = ask(fireworks(server).bindTools([weather], { tool_choice: choice as never }), isStreamed);
    await expect(asking).rejects.toBeInstanceOf(ConfigurationError);
    await expect(asking).rejects.toThrow(word);
    expect(server.requests).toHaveLength(0);
  });

  it("may be called side by side or not, by the constructor or the call; without tools nothing is said of it", async () => {
    const model = fireworks(server, { parallelToolCalls: false });
    await ask(model.bindTools([weather]), isStreamed);
    expect(lastBody(server).parallel_tool_calls).toBe(false);
    await ask(model.bindTools([weather], { parallel_tool_calls: true }), isStreamed);
    expect(lastBody(server).parallel_tool_calls).toBe(true);
    await ask(model, isStreamed);
    expect(lastBody(server)).not.toHaveProperty("parallel_tool_calls");
  });

  it("can be asked to be strict", async () => {
    await ask(fireworks(server).bindTools([weather], { strict: true }), isStreamed);
    expect(lastBody(server)).toMatchObject({ tools: [{ function: { strict: true } }] });
  });

  it("are called with arguments that come as JSON text", async () => {
    const tool_calls = [
      { index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } },
    ];
    server.reply(isStreamed ? streamed([{ tool_calls }]) : whole({ content: null, tool_calls }));
    const answer = await ask(fireworks(server), isStreamed);
    expect(answer.tool_calls).toEqual([{ type: "tool_call", id: "call_1", name: "weather", args: { city: "Paris" } }]);
    expect(answer.invalid_tool_calls).toEqual([]);
    expect(answer.response_metadata.finish_reason).toBe("tool_calls");
  });

  it("are called with arguments that come as an object, which the API allows too", async () => {
    const tool_calls = [
      { index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: { city: "Paris" } } },
    ];
    server.reply(isStreamed ? streamed([{ tool_calls }]) : whole({ content: null, tool_calls }));
    expect((await ask(fireworks(server), isStreamed)).tool_calls).toEqual([
      { type: "tool_call", id: "call_1", name: "weather", args: { city: "Paris" } },
    ]);
  });

  it("are never called with arguments that were cut off", async () => {
    const tool_calls = [
      { index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Par' } },
    ];
    const choice = { finish_reason: "length" };
    server.reply(
      isStreamed
        ? sse([event({ tool_calls }), lastEvent(undefined, "length")])
        : whole({ content: null, tool_calls }, { choice }),
    );
    const answer = await ask(fireworks(server), isStreamed);
    expect(answer.tool_calls).toEqual([]);
    expect(answer.invalid_tool_calls).toMatchObject([{ id: "call_1", name: "weather", args: '{"city":"Par' }]);
  });
});

describe("calls of tools in a stream", () => {
  const piece = (index: number, fields: object) => ({ tool_calls: [{ index, ...fields }] });
  const paris = [{ type: "tool_call", id: "call_1", name: "weather", args: { city: "Paris" } }];

  it.each<[string, object[], object[]]>([
    ["in one piece", [piece(0, { id: "call_1", function: { name: "weather", arguments: '{"city":"Paris"}' } })], paris],
    [
      "with the id before the name",
      [
        piece(0, { id: "call_1" }),
        piece(0, { function: { name: "weather" } }),
        piece(0, { function: { arguments: '{"city":' } }),
        piece(0, { function: { arguments: '"Paris"}' } }),
      ],
      paris,
    ],
    [
      "with the same id on every piece: one call, not several",
      [
        piece(0, { id: "call_1", function: { name: "weather", arguments: "" } }),
        piece(0, { id: "call_1", function: { arguments: '{"city":' } }),
        piece(0, { id: "call_1", function: { arguments: '"Paris"}' } }),
      ],
      paris,
    ],
    [
      "two side by side, their pieces mixed",
      [
        piece(0, { id: "call_1", function: { name: "weather", arguments: '{"city":' } }),
        piece(1, { id: "call_2", function: { name: "weather", arguments: '{"city":"R' } }),
        piece(0, { function: { arguments: '"Paris"}' } }),
        piece(1, { function: { arguments: 'ome"}' } }),
      ],
      [...paris, { type: "tool_call", id: "call_2", name: "weather", args: { city: "Rome" } }],
    ],
    [
      "without arguments",
      [piece(0, { id: "call_1", function: { name: "weather" } })],
      [{ type: "tool_call", id: "call_1", name: "weather", args: {} }],
    ],
  ])("%s", async (_, deltas, calls) => {
    server.reply(resplit(streamed(deltas as Record<string, unknown>[]), splitEvery(7)));
    const answer = await ask(fireworks(server), true);
    expect(answer.tool_calls).toEqual(calls);
    expect(answer.usage_metadata).toMatchObject({ input_tokens: 35, output_tokens: 9 });
  });

  it("beside text: both arrive", async () => {
    server.reply(
      streamed([
        { content: "Let me look." },
        piece(0, { id: "call_1", function: { name: "weather", arguments: '{"city":"Paris"}' } }),
      ]),
    );
    const answer = (await ask(fireworks(server), true)) as AIMessageChunk;
    expect(answer.content).toBe("Let me look.");
    expect(answer.tool_calls).toEqual(paris);
  });
});
