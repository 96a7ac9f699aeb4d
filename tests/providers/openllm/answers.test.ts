import { describe, expect, it } from "@jest/globals";
import { ServerError } from "../../../src/base/errors.js";
import { ask, chunk, completion, end, failure, modelOf, modes, spent } from "../../support/completions.js";
import { json, sse, text } from "../../support/wire_script.js";
import { useWireServer } from "../../support/use_server.js";

const server = useWireServer();

describe("several answers", () => {
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

describe.each(modes)("a 200 that is no answer (%s)", (mode) => {
  it.each([
    ["an error object", json(200, { error: { message: "model crashed", type: "server_error" } }), "model crashed"],
    ["an error text (LM Studio)", json(200, { error: "Model unloaded." }), "Model unloaded."],
    ["an error object with a code", json(200, { error: { message: "out of memory", code: 500 } }), "out of memory"],
    ["a flat error", json(200, { object: "error", message: "no worker", code: 50001 }), "no worker"],
    ["no choices", json(200, { id: "c1", choices: [] }), "an answer without choices"],
    ["`choices: null`", json(200, { choices: null }), "an answer without choices"],
    [
      "a page",
      text(200, "<html><body>Sign in</body></html>", { headers: { "content-type": "text/html" } }),
      "an HTML page: `Sign in`",
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
    expect(error).toMatchObject({ status: 200, message: expect.stringContaining(words), body: expect.any(String) });
  });

  it("the first 500 characters of it are kept", async () => {
    const page = `<html>${"x".repeat(2_000)}</html>`;
    server.always(text(200, page, { headers: { "content-type": "text/html" } }));
    expect(await failure(ask(modelOf(server), mode))).toMatchObject({ status: 200, body: page.slice(0, 500) });
  });

  it("a refusal keeps the status that it names", async () => {
    server.always(json(200, { error: { message: "`top_k` must be positive", code: 400 } }));
    expect(await failure(ask(modelOf(server), mode))).toMatchObject({ status: 400 });
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
