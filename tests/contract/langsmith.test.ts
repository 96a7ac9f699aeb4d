import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { startLangSmith, type LangSmithServer } from "../support/langsmith_server.js";
import type { TracedRun } from "../support/traced_runs.js";
import { cut, stall } from "../support/wire_script.js";
import { collect, paths, prepare, rejection, streamingPaths } from "./paths.js";
import { useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
let langsmith: LangSmithServer;

beforeAll(async () => {
  langsmith = (await startLangSmith()).trace();
});
afterEach(() => langsmith.clear());
afterAll(() => langsmith.close());

/** 23 tokens in and 7 out at 1 and 2 dollars for a million. */
const usage = {
  input_tokens: 23,
  output_tokens: 7,
  total_tokens: 30,
  input_cost: 0.000023,
  output_cost: 0.000014,
  total_cost: 0.000037,
};
const secrets: MeteredChatModelInput = { apiKey: "sk-trace-secret", headers: { "x-team": "header-trace-secret" } };

const usageOf = (run: TracedRun) => run.extra?.metadata?.["usage_metadata"];

describe.each(subjects)("$name: under LangSmith's tracing", (subject) => {
  const create = (fields: MeteredChatModelInput) =>
    subject.create(wire.server.url, {
      pricing: { inputUsdPerMillion: "1", outputUsdPerMillion: "2" },
      ...secrets,
      ...fields,
    });

  /** The only model run, once everything has been sent; everything must have been closed, once, and no secret said. */
  async function traced(): Promise<TracedRun> {
    await langsmith.flush();
    expect(langsmith.open).toEqual([]);
    expect(langsmith.runs.map(({ posts, ends }) => [posts, ends])).toEqual(langsmith.runs.map(() => [1, 1]));
    for (const body of langsmith.bodies) expect(body).not.toContain("trace-secret");
    for (const run of langsmith.runs) if (run.run_type !== "llm") expect(usageOf(run)).toBeUndefined();
    return langsmith.only("llm");
  }

  describe.each(paths)("$name", (path) => {
    it("closes its run with provider, model, tokens and costs", async () => {
      wire.server.reply(path.streams ? subject.scripts.streamed() : subject.scripts.whole());
      await prepare(path, create).go();
      const run = await traced();
      expect(run.error).toBeUndefined();
      expect(run.extra?.metadata).toMatchObject({
        ls_provider: subject.provider,
        ls_model_name: "test-model",
        ls_model_type: "chat",
        ls_integration: "langchain_chat_model",
        usage_metadata: usage,
      });
      expect(run.extra?.invocation_params).toMatchObject({ model: expect.stringContaining("test-model") });
      expect(JSON.stringify(run.outputs)).toContain("Hello there.");
    });

    it("closes it with an error where the server refuses", async () => {
      wire.server.reply(subject.scripts.refusal(401, "who are you?"));
      await rejection(prepare(path, create).go());
      const run = await traced();
      expect(run.error).toContain("who are you?");
      expect(usageOf(run)).toBeUndefined();
    });
  });

  describe.each(streamingPaths)("$name", (path) => {
    it("closes it with an error and with what was spent where the answer is cut", async () => {
      wire.server.reply(subject.scripts.streamed([{ text: "Hello " }, { text: "there" }, cut], { ended: false }));
      await rejection(prepare(path, create).go());
      const run = await traced();
      expect(run.error).toBeDefined();
      expect(usageOf(run)).toMatchObject({
        input_tokens: expect.any(Number),
        output_tokens: expect.any(Number),
        total_cost: expect.any(Number),
      });
    });
  });

  it("closes a run whose stream is left, with what was spent", async () => {
    wire.server.reply(subject.scripts.streamed([{ text: "Hello " }, stall]));
    for await (const _ of await create({}).stream("Hi.")) break;
    const run = await traced();
    expect(run.error).toBeUndefined();
    expect(JSON.stringify(run.outputs)).toContain("Hello ");
    expect(usageOf(run)).toMatchObject({ output_tokens: expect.any(Number), total_cost: expect.any(Number) });
  });

  it("closes a run that is aborted, or times out, with what was spent", async () => {
    for (const fields of [{}, { idleTimeout: 30 }]) {
      wire.server.reply(subject.scripts.streamed([{ text: "Hello " }, stall]));
      const controller = new AbortController();
      // Only this limit: LangSmith's client waits on the real clock.
      const rings: (() => void)[] = [];
      const { setTimeout: real } = globalThis;
      const timers = jest.spyOn(globalThis, "setTimeout").mockImplementation((act: () => void, ms?: number) => {
        if (ms === 30) rings.push(act);
        return real(ms === 30 ? () => undefined : act, ms);
      });
      const stream = await create(fields).stream("Hi.", { signal: controller.signal });
      await stream.next();
      const failing = rejection(stream.next());
      if ("idleTimeout" in fields) rings.at(-1)?.();
      else controller.abort();
      await failing;
      timers.mockRestore();
      const run = await traced();
      expect(run.error).toBeDefined();
      expect(usageOf(run)).toMatchObject({ total_cost: expect.any(Number) });
      langsmith.clear();
    }
  });

  it("closes a run that nobody was asked about: one that a gate denied", async () => {
    const deny = Object.assign(
      { name: "denier", awaitHandlers: true },
      { admit: () => Promise.reject(new Error("Not today.")) },
    );
    await rejection(collect(create({ callbacks: [deny as never] }).stream("Hi.")));
    expect((await traced()).error).toContain("Not today.");
  });
});
