import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { AIMessage } from "@langchain/core/messages";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { RunnableLambda } from "@langchain/core/runnables";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { Client } from "langsmith";
import { startLangSmith, type LangSmithOptions, type LangSmithServer } from "./langsmith_server.js";

const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 };

class CountingModel extends FakeListChatModel {
  override _formatGeneration(text: string) {
    return { text, message: new AIMessage({ content: text, usage_metadata: usage }) };
  }
}

const fake = () => new FakeListChatModel({ responses: ["blue"] });

describe("tracing by the environment", () => {
  let langsmith: LangSmithServer;

  beforeAll(async () => {
    langsmith = await startLangSmith();
    langsmith.trace();
  });

  afterEach(() => langsmith.clear());

  afterAll(() => langsmith.close());

  it("shows a chain and the model in it, both closed", async () => {
    const chain = RunnableLambda.from((topic: string) => `The colour of ${topic}?`).pipe(fake());
    await chain.invoke("the sea", { metadata: { team: "tides" } });
    await langsmith.flush();
    const llm = langsmith.only("llm");
    const root = langsmith.runs.find(({ parent_run_id }) => parent_run_id === undefined);
    expect(langsmith.open).toEqual([]);
    expect(llm).toMatchObject({ name: "FakeListChatModel", parent_run_id: root?.id, posts: 1, ends: 1 });
    expect(llm.extra?.metadata).toMatchObject({ team: "tides", ls_model_type: "chat" });
    expect(JSON.stringify(llm.inputs)).toContain("The colour of the sea?");
    expect(JSON.stringify(llm.outputs)).toContain("blue");
  });

  it("shows usage where LangSmith reads it", async () => {
    await new CountingModel({ responses: ["blue"] }).invoke("hi");
    await langsmith.flush();
    expect(langsmith.only("llm").extra?.metadata?.["usage_metadata"]).toMatchObject(usage);
  });

  it("shows an error", async () => {
    await expect(fake().invoke("hi", { thrownErrorString: "out of paint" })).rejects.toThrow();
    await langsmith.flush();
    expect(langsmith.only("llm").error).toContain("out of paint");
    expect(langsmith.open).toEqual([]);
  });

  it("shows that a stream which its consumer left was never closed by core", async () => {
    for await (const _ of await fake().stream("hi")) break;
    await langsmith.flush();
    expect(langsmith.open.map(({ run_type }) => run_type)).toEqual(["llm"]);
  });

  it("keeps the bodies to look for secrets in", async () => {
    await fake().invoke("my secret is swordfish");
    await langsmith.flush();
    expect(langsmith.bodies.join("")).toContain("swordfish");
  });

  it("refuses to be the second endpoint of a process", async () => {
    const second = await startLangSmith();
    expect(() => second.trace()).toThrow("Core already traces to another endpoint");
    await second.close();
  });
});

describe("each way in which the client can send", () => {
  const ways: [name: string, options: LangSmithOptions, autoBatchTracing: boolean][] = [
    ["compressed parts", {}, true],
    ["parts", { gzip: false }, true],
    ["one JSON batch", { multipart: false }, true],
    ["a request a run", {}, false],
  ];

  it.each(ways)("%s", async (_name, options, autoBatchTracing) => {
    const langsmith = await startLangSmith(options);
    const client = new Client({ apiUrl: langsmith.url, apiKey: "dummy", autoBatchTracing });
    await fake().invoke("ż?", { callbacks: [new LangChainTracer({ client })] });
    await langsmith.flush();
    await client.awaitPendingTraceBatches();
    const run = langsmith.only("llm");
    await langsmith.close();
    expect(run).toMatchObject({ posts: 1, ends: 1 });
    expect([JSON.stringify(run.inputs), JSON.stringify(run.outputs)]).toEqual([
      expect.stringContaining("ż?"),
      expect.stringContaining("blue"),
    ]);
  });
});
