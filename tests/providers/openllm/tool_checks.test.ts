import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import type { ChatOpenLLMInput } from "../../../src/openllm.js";
import { ask, callsOf, completion, messageOf, type Mode, modelOf, saying, weather } from "../../support/completions.js";
import { json } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { format, ignoring, required, rome } from "../../support/forced_calls.js";

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

beforeEach(forgetServers);

afterAll(() => server.close());

const model = (fields: ChatOpenLLMInput = {}) => modelOf(server, fields);

describe("each of `n` answers has its call", () => {
  it("those that have none are repaired", async () => {
    const choices = [
      { index: 0, message: { content: "Sunny." }, finish_reason: "stop" },
      {
        index: 1,
        message: { tool_calls: [{ id: "a", function: { name: "get_weather", arguments: '{"city":"Oslo"}' } }] },
        finish_reason: "tool_calls",
      },
    ];
    server.always((request) => {
      if (format(request)) return json(200, completion({ content: rome }));
      const { n = 1 } = request.json as { n?: number };
      return json(200, completion({}, {}, { choices: choices.slice(0, n) }));
    });
    const { generations } = await model().generate([[new HumanMessage("Weather?")]], { ...required, n: 2 });
    expect(generations[0]?.map((each) => callsOf(messageOf(each)))).toEqual([
      [["get_weather", { city: "Rome" }]],
      [["get_weather", { city: "Oslo" }]],
    ]);
  });
});

describe("a template that knows no tools", () => {
  const timings = { prompt_n: 9, cache_n: 0, predicted_n: 2 };
  const props = (supports_tools: boolean) => json(200, { chat_template_caps: { supports_tools } });

  it.each([
    [false, [expect.stringContaining("The server's chat template knows no tools")]],
    [true, undefined],
  ])("is asked about once, and said plainly (supports_tools: %p)", async (supports, warnings) => {
    server.on("GET /props", props(supports)).always(json(200, completion({ content: "Sunny." }, {}, { timings })));
    const llm = model();
    const before = server.requests.length;
    for (let call = 0; call < 2; call++)
      expect((await ask(llm, "whole", { tools: [weather] })).response_metadata.warnings).toEqual(warnings);
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual([
      "/v1/chat/completions",
      "/props",
      "/v1/chat/completions",
    ]);
    expect(llm.profile).toEqual({ toolCalling: supports });
  });

  it("no other server is asked", async () => {
    server.always(saying("Sunny."));
    const before = server.requests.length;
    await ask(model(), "whole", { tools: [weather] });
    expect(server.requests.length - before).toBe(1);
  });
});

describe("admission", () => {
  it("is asked for before each of the requests", async () => {
    server.always(ignoring("It is sunny.", rome));
    const llm = model();
    const asked: unknown[] = [];
    const admit = llm.costs.admit.bind(llm.costs);
    llm.costs.admit = async (call) => {
      asked.push([call.runId, server.requests.length]);
      return admit(call);
    };
    const before = server.requests.length;
    await ask(llm, "whole" satisfies Mode, required);
    expect(asked).toEqual([
      [expect.any(String), before],
      [(asked[0] as unknown[])[0], before + 1],
      [(asked[0] as unknown[])[0], before + 2],
    ]);
  });
});
