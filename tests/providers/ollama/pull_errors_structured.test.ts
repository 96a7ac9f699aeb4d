// Defects of ChatOllama (@langchain/ollama 1.3.0) that this model does not have: pulling, errors, structured output.
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { z } from "zod";
import { ModelAbortError } from "@langchain/core/errors";
import { ServerError, StructuredOutputError } from "../../../src/base/errors.js";
import { gate } from "../../support/gate.js";
import { json, ndjson } from "../../support/wire_script.js";
import { Bench, collect, last, line, rejection } from "../../wires/ollama/support.js";

const bench = new Bench();
const MISSING = json(404, { error: "model 'tiny' not found" });
const PROGRESS = [{ status: "pulling manifest" }, { status: "success" }];

describe("pulling a missing model", () => {
  const METHODS = ["log", "info", "warn", "error"] as const;

  beforeEach(() => {
    for (const method of METHODS) jest.spyOn(console, method);
  });

  afterEach(() => {
    for (const method of METHODS) expect(jest.mocked(console[method])).not.toHaveBeenCalled();
    jest.restoreAllMocks();
  });

  it("asks for nothing beforehand: a model that is there costs one request", async () => {
    bench.server.reply(json(200, last({}, { content: "Hey" })));
    await bench.model({ pull: true }).invoke("Hi");
    expect(bench.server.requests.map(({ path }) => path)).toEqual(["/api/chat"]);
  });

  it.each(["invoke", "stream"])(
    "happens when the server says so, with progress for who wants it and the console in peace: %s",
    async (path) => {
      const answer =
        path === "invoke" ? json(200, last({}, { content: "Hey" })) : ndjson([line({ content: "Hey" }), last()]);
      bench.server.on("/api/pull", ndjson(PROGRESS)).reply(MISSING, answer);
      const seen: unknown[] = [];
      const model = bench.model({ pull: { onProgress: (progress) => seen.push(progress) } });
      const text =
        path === "invoke"
          ? (await model.invoke("Hi")).text
          : (await collect(await model.stream("Hi"))).map((chunk) => chunk.text).join("");
      expect(text).toBe("Hey");
      expect(seen).toEqual(PROGRESS);
      expect(bench.server.requests.map((request) => request.path)).toEqual(["/api/chat", "/api/pull", "/api/chat"]);
    },
  );

  it("can be aborted", async () => {
    const pulling = gate();
    bench.server.on("/api/pull", ndjson([PROGRESS[0], pulling, PROGRESS[1]])).reply(MISSING);
    const controller = new AbortController();
    const call = rejection(bench.model({ pull: true }).invoke("Hi", { signal: controller.signal }));
    await pulling.reached;
    controller.abort();
    expect(ModelAbortError.isInstance(await call)).toBe(true);
    await bench.server.idle();
    expect(bench.server.requests.at(-1)).toMatchObject({ path: "/api/pull", aborted: true });
  });

  it("does not happen unless it was asked for", async () => {
    bench.server.reply(MISSING);
    await expect(bench.model().invoke("Hi")).rejects.toThrow("Run `ollama pull tiny`, or set `pull: true`.");
    expect(bench.server.requests).toHaveLength(1);
  });
});

describe("errors", () => {
  it("have LangChain's code, the status and the server's words", async () => {
    bench.server.reply(MISSING);
    const error = await rejection(bench.model().invoke("Hi"));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({
      lc_error_code: "MODEL_NOT_FOUND",
      status: 404,
      model: "tiny",
      message: expect.stringContaining("model 'tiny' not found"),
    });
  });

  it("keep the headers and the body", async () => {
    bench.server.reply(
      json(
        401,
        { error: "unauthorized", signin_url: "https://ollama.com/connect" },
        { headers: { "x-request-id": "r1" } },
      ),
    );
    expect(await rejection(bench.model().invoke("Hi"))).toMatchObject({
      lc_error_code: "MODEL_AUTHENTICATION",
      headers: { "x-request-id": "r1" },
      body: expect.stringContaining("signin_url"),
    });
  });

  it("in the middle of a stream are typed, with what came before them", async () => {
    bench.server.reply(ndjson([line({ content: "He" }), { error: "out of memory" }]));
    const error = await rejection(bench.model().stream("Hi").then(collect));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({
      message: expect.stringContaining("out of memory"),
      partialOutput: { content: "He", response_metadata: { usage_source: "estimated" } },
    });
  });
});

describe("structured output", () => {
  const Ocean = z.object({ name: z.string(), depth: z.number().min(0) });
  const forced = '{"name":"extract","arguments":{"name":"Atlantic","depth":3646}}';

  it("makes the model call the tool", async () => {
    bench.server.reply(json(200, last({}, { content: forced })));
    expect(await bench.model().withStructuredOutput(Ocean).invoke("An ocean?")).toEqual({
      name: "Atlantic",
      depth: 3646,
    });
    expect(bench.body()).toMatchObject({
      format: { properties: { name: { enum: ["extract"] } } },
      tools: [{ function: { name: "extract" } }],
    });
  });

  it("is an error, never null, when no call comes", async () => {
    bench.server.always(json(200, last({}, { content: "The Atlantic." })));
    const error = await rejection(bench.model().withStructuredOutput(Ocean).invoke("An ocean?"));
    expect(StructuredOutputError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining("The model was to call `extract` but answered `The Atlantic.`."),
    });
    expect(bench.server.requests).toHaveLength(2);
  });

  it("is an error when the answer breaks the schema", async () => {
    bench.server.reply(json(200, last({}, { content: forced.replace("3646", "-1") })));
    expect(
      StructuredOutputError.isInstance(await rejection(bench.model().withStructuredOutput(Ocean).invoke("An ocean?"))),
    ).toBe(true);
  });

  it("sends tools without the keywords that the server drops", async () => {
    bench.server.reply(json(200, last({}, { content: forced })));
    await bench.model().withStructuredOutput(Ocean).invoke("An ocean?");
    const tools = JSON.stringify(bench.body().tools);
    expect(tools).not.toMatch(/\$schema|additionalProperties|"minimum"/);
    expect(tools).toContain("(at least 0)");
  });

  it.each(["jsonSchema", "jsonMode"] as const)("works by %s", async (method) => {
    bench.server.reply(json(200, last({}, { content: '{"name":"Atlantic","depth":3646}' })));
    expect(await bench.model().withStructuredOutput(Ocean, { method }).invoke("An ocean?")).toEqual({
      name: "Atlantic",
      depth: 3646,
    });
    if (method === "jsonMode") expect(bench.body().format).toBe("json");
    else
      expect(bench.body().format).toMatchObject({
        type: "object",
        properties: { name: { type: "string" }, depth: { type: "number", minimum: 0 } },
      });
    expect(JSON.stringify(bench.body().format)).not.toContain("$schema");
    expect(bench.body()).not.toHaveProperty("think");
  });
});
