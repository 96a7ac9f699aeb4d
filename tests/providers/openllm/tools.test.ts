import { describe, expect, it } from "@jest/globals";
import { ask, chunk, completion, end, modelOf, piece, spent } from "../../support/completions.js";
import { json, sse } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";
import { expectCalls, fn, toolAnswers, type Calls } from "../../support/tool_answers.js";

type Json = Record<string, unknown>;

const server = useWireServer();

const { streamed, whole } = toolAnswers(() => server);

const rome: Calls = [["f", { city: "Rome" }]];

const both: Calls = [
  ["f", { city: "Rome" }],
  ["f", { city: "Oslo" }],
];

describe("calls in pieces", () => {
  const rows: [quirk: string, pieces: Json[], calls: Calls][] = [
    [
      "no id (Ollama, llama.cpp)",
      [
        { index: 0, function: fn("f", '{"city":') },
        { index: 0, function: fn(undefined, '"Rome"}') },
      ],
      rome,
    ],
    ["id null", [{ index: 0, id: null, function: fn("f", '{"city":"Rome"}') }], rome],
    ['id "" (LM Studio)', [{ index: 0, id: "", function: fn("f", '{"city":"Rome"}') }], rome],
    [
      "the same id for two calls (TGI)",
      [
        { index: 0, id: "0", function: fn("f", '{"city":"Rome"}') },
        { index: 1, id: "0", function: fn("f", '{"city":"Oslo"}') },
      ],
      both,
    ],
    [
      "a new id on every piece",
      [
        { index: 0, id: "a1", function: fn("f", '{"city":') },
        { index: 0, id: "a2", function: fn(undefined, '"Rome"}') },
      ],
      rome,
    ],
    [
      "and the name with it",
      [
        { index: 0, id: "a1", function: fn("f", '{"city":') },
        { index: 0, id: "a2", function: fn("f", '"Rome"}') },
      ],
      rome,
    ],
    ["no index, in pieces", [{ id: "a", function: fn("f", '{"city":') }, { function: fn(undefined, '"Rome"}') }], rome],
    [
      "no index, two calls whole",
      [
        { id: "a", function: fn("f", '{"city":"Rome"}') },
        { id: "b", function: fn("f", '{"city":"Oslo"}') },
      ],
      both,
    ],
    [
      "no index, two calls in pieces, told apart by their names",
      [
        { function: fn("f", '{"city":') },
        { function: fn(undefined, '"Rome"}') },
        { function: fn("f", '{"city":') },
        { function: fn(undefined, '"Oslo"}') },
      ],
      both,
    ],
    [
      "no index, interleaved, told apart by their ids",
      [
        { id: "a", function: fn("f", '{"city":') },
        { id: "b", function: fn("f", '{"city":') },
        { id: "a", function: fn(undefined, '"Rome"}') },
        { id: "b", function: fn(undefined, '"Oslo"}') },
      ],
      both,
    ],
    [
      "all with index 0, whole (Ollama)",
      [
        { index: 0, id: "a", function: fn("f", '{"city":"Rome"}') },
        { index: 0, id: "b", function: fn("f", '{"city":"Oslo"}') },
      ],
      both,
    ],
    [
      "all with index 0, in pieces",
      [
        { index: 0, id: "a", function: fn("f", '{"city":') },
        { index: 0, function: fn(undefined, '"Rome"}') },
        { index: 0, id: "b", function: fn("f", '{"city":') },
        { index: 0, function: fn(undefined, '"Oslo"}') },
      ],
      both,
    ],
    [
      "all with index 0, interleaved, ids repeated",
      [
        { index: 0, id: "a", function: fn("f", '{"city":') },
        { index: 0, id: "b", function: fn("f", '{"city":') },
        { index: 0, id: "a", function: fn(undefined, '"Rome"}') },
        { index: 0, id: "b", function: fn(undefined, '"Oslo"}') },
      ],
      both,
    ],
    [
      "another name at a used index",
      [
        { index: 0, function: fn("f", '{"city":"Rome"}') },
        { index: 0, function: fn("g", "{}") },
      ],
      [
        ["f", { city: "Rome" }],
        ["g", {}],
      ],
    ],
    [
      "the name repeated in each piece",
      [
        { index: 0, id: "a", function: fn("f", '{"city":') },
        { index: 0, id: "a", function: fn("f", '"Rome"}') },
      ],
      rome,
    ],
    [
      "the name null or empty later (TGI)",
      [
        { index: 0, id: "a", function: fn("f", '{"city":') },
        { index: 0, id: "a", function: fn(null, '"Rome') },
        { index: 0, id: "a", function: fn("", '"}') },
      ],
      rome,
    ],
    [
      "the name repeated in each piece, the last of which is empty",
      [
        { index: 0, id: "a", function: fn("f", '{"city":') },
        { index: 0, function: fn("f", '"Rome"}') },
        { index: 0, function: fn("f", "") },
        { index: 0, id: "a", function: fn("f", "\n") },
      ],
      rome,
    ],
    [
      "all with index 0 and without ids, each begun by its name alone",
      [
        { index: 0, function: fn("f", "") },
        { index: 0, function: fn(undefined, '{"city":"Rome"}') },
        { index: 0, function: fn(undefined, "\n") },
        { index: 0, function: fn("f", "") },
        { index: 0, function: fn(undefined, '{"city":') },
        { index: 0, function: fn(undefined, '"Oslo"}') },
      ],
      both,
    ],
    [
      "one id and one index for all, each call begun by its name alone",
      [
        { index: 0, id: "0", function: fn("f", "") },
        { index: 0, id: "0", function: fn(null, '{"city":"Rome"}') },
        { index: 0, id: "0", function: fn("g", "") },
        { index: 0, id: "0", function: fn(null, "{}") },
      ],
      [
        ["f", { city: "Rome" }],
        ["g", {}],
      ],
    ],
    ["arguments as an object", [{ index: 0, id: "a", function: fn("f", { city: "Rome" }) }], rome],
    ["no arguments, empty", [{ index: 0, id: "a", function: fn("f", "") }], [["f", {}]]],
    ["no arguments, null", [{ index: 0, id: "a", function: fn("f", null) }], [["f", {}]]],
    ["no arguments, absent", [{ index: 0, id: "a", function: fn("f") }], [["f", {}]]],
    [
      "id and name first, arguments afterwards (vLLM, SGLang)",
      [
        { index: 0, id: "a", type: "function", function: fn("f") },
        { index: 0, function: fn(undefined, '{"city":') },
        { index: 0, id: null, function: fn(null, '"Rome"}') },
      ],
      rome,
    ],
    [
      "two calls side by side, indexed",
      [
        { index: 0, id: "a", function: fn("f", "") },
        { index: 1, id: "b", function: fn("f", "") },
        { index: 0, function: fn(undefined, '{"city":"Rome"}') },
        { index: 1, function: fn(undefined, '{"city":"Oslo"}') },
      ],
      both,
    ],
  ];

  it.each(rows)("%s", async (_quirk, pieces, calls) => {
    expectCalls(await streamed(pieces), calls);
  });

  it("keeps a made-up id for all pieces of its call", async () => {
    server.always(
      sse([
        piece({ index: 0, function: fn("f", '{"city":') }),
        piece({ index: 0, function: fn(undefined, '"Rome"}') }),
        end("tool_calls"),
        spent(9, 9),
      ]),
    );
    const ids = [];
    for await (const each of await modelOf(server).stream("Hi"))
      for (const { id, index } of each.tool_call_chunks ?? []) ids.push([index, id]);
    expect(ids).toEqual([
      [0, expect.stringMatching(/^call_\w{24}$/)],
      [0, undefined],
    ]);
  });

  it("whole calls in the last chunk, with the finish reason (text-generation-webui)", async () => {
    const tool_calls = [
      { index: 0, id: "a", function: fn("f", '{"city":"Rome"}') },
      { index: 1, id: "b", function: fn("f", '{"city":"Oslo"}') },
    ];
    server.always(
      sse([
        chunk({ content: "Sure." }),
        chunk({ tool_calls, refusal: null }, { finish_reason: "tool_calls" }),
        spent(9, 9),
      ]),
    );
    const message = await ask(modelOf(server), "stream");
    expectCalls(message, both);
    expect(message.text).toBe("Sure.");
  });
});

describe("calls that came whole", () => {
  const rows: [quirk: string, calls: unknown[], expected: Calls][] = [
    ["no id", [{ function: fn("f", '{"city":"Rome"}') }], rome],
    ['id ""', [{ id: "", function: fn("f", '{"city":"Rome"}') }], rome],
    [
      'two calls with the id "0"',
      [
        { id: "0", function: fn("f", '{"city":"Rome"}') },
        { id: "0", function: fn("f", '{"city":"Oslo"}') },
      ],
      both,
    ],
    ["arguments as an object", [{ id: "a", function: fn("f", { city: "Rome" }) }], rome],
    ["arguments empty", [{ id: "a", function: fn("f", "") }], [["f", {}]]],
    ["arguments null", [{ id: "a", function: fn("f", null) }], [["f", {}]]],
    ["a call without a function is none", [{ id: "a" }, null, { id: "b", function: fn("f", "{}") }], [["f", {}]]],
  ];

  it.each(rows)("%s", async (_quirk, calls, expected) => {
    expectCalls(await whole(calls), expected);
  });

  it("the older `function_call`", async () => {
    server.always(
      json(200, completion({ function_call: fn("f", '{"city":"Rome"}') }, { finish_reason: "function_call" })),
    );
    const message = await ask(modelOf(server), "whole");
    expectCalls(message, rome);
    expect(message.response_metadata.finish_reason).toBe("tool_calls");
  });
});
