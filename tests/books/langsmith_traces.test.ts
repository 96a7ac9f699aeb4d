import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { LangChainTracer } from "@langchain/core/tracers/tracer_langchain";
import { Client } from "langsmith";
import { fieldsOf } from "../../src/base/json.js";
import { startLangSmith, type LangSmithServer } from "../support/langsmith_server.js";
import { otherModel, ownModels, tracedCases, type TracedCase, type TracedModel } from "../support/traced_calls.js";
import { factsIn, otherFactsOf, ownFactsOf } from "../support/traced_facts.js";
import { useWireServer } from "../support/use_server.js";

const wire = useWireServer();

/** What came of a call in each case, as its run's outputs have it. */
const answers: Record<TracedCase["name"], [text: string, promptTokens: number, completionTokens: number]> = {
  streamed: ["Hello there.", 23, 7],
  invoked: ["Hello there.", 23, 7],
  failed: ["Hello there.", 10, 3],
  aborted: ["Hello ", 10, 2],
  left: ["Hello ", 10, 2],
  unpriced: ["Hello there.", 23, 7],
  estimated: ["Hello there.", 10, 3],
};

describe.each([
  ["in parts", true],
  ["in batches", false],
])("sent %s", (_how, multipart) => {
  let langsmith: LangSmithServer;
  let client: Client;
  beforeAll(async () => {
    langsmith = await startLangSmith({ multipart });
    client = new Client({ apiUrl: langsmith.url, apiKey: "dummy" });
  });
  afterAll(() => langsmith.close());

  async function runOf(model: TracedModel, { fields, script, call }: TracedCase) {
    wire.reply(script(model.scripts));
    langsmith.clear();
    await call(model.create(wire.url, fields), [new LangChainTracer({ client })]);
    await langsmith.flush();
    await client.awaitPendingTraceBatches();
    const run = langsmith.only("llm");
    expect([run.posts, run.ends]).toEqual([1, 1]);
    return run;
  }

  describe.each(ownModels)("$name", (model) => {
    it.each(tracedCases)("$name", async (traced) => {
      const { extra, outputs, error } = await runOf(model, traced);
      const isFailure = ["failed", "aborted"].includes(traced.name);
      expect(factsIn(extra?.metadata)).toEqual(ownFactsOf[traced.name]);
      expect(extra?.metadata?.["versions"]).toMatchObject({ "langchain-metered": expect.any(String) });
      expect(typeof error).toBe(isFailure ? "string" : "undefined");
      const [text, promptTokens, completionTokens] = answers[traced.name];
      expect(outputs).toMatchObject({
        generations: [[{ text, message: { kwargs: { content: text } } }]],
        llmOutput: { tokenUsage: { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens } },
      });
      // What an error says stands in the run's `error`, and nowhere else.
      if (isFailure) expect(JSON.stringify(outputs)).not.toMatch(/broke off|was aborted/);
    });
  });

  describe("ChatOpenAI", () => {
    it.each(tracedCases.filter(({ name }) => name in otherFactsOf))("$name", async ({ name, ...traced }) => {
      const { extra, outputs, error } = await runOf(otherModel, { name, ...traced });
      // Its tracer has a copy of the metadata: what can be reached is the result, and of a failed run nothing.
      expect(factsIn(extra?.metadata)).not.toHaveProperty("metered_cost_status");
      const { usage_metadata: _, ...facts } = factsIn({ ...fieldsOf(outputs) });
      expect(facts).toEqual(error === undefined ? Reflect.get(otherFactsOf, name) : {});
    });
  });
});
