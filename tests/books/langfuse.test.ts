import { CallbackHandler } from "@langfuse/langchain";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { LangfuseServer } from "../support/langfuse_server.js";
import { otherModel, ownModels, tracedCases, type TracedCase } from "../support/traced_calls.js";
import { useWireServer } from "../support/use_server.js";

// Langfuse's handler is not made from core's tracer: it takes a run's metadata when the run starts, reads no usage of one that
// failed, and ends its span before others have heard of the end. What it shows is what the messages say.
const wire = useWireServer();
const langfuse = new LangfuseServer();
beforeAll(() => langfuse.start());
afterAll(() => langfuse.close());

const usage = (input: number, output: number) => ({
  "langfuse.observation.usage_details": JSON.stringify({ input, output, total: input + output }),
});
const error = { "langfuse.observation.level": "ERROR" };
const shown: Record<TracedCase["name"], object> = {
  streamed: usage(23, 7),
  invoked: usage(23, 7),
  failed: error,
  aborted: error,
  left: usage(10, 2),
  unpriced: usage(23, 7),
  estimated: usage(10, 3),
};

describe.each([...ownModels, otherModel])("$name", (model) => {
  const isOurs = model !== otherModel;

  it.each(tracedCases.filter(({ name }) => isOurs || name !== "left"))(
    "$name",
    async ({ name, fields, script, call }) => {
      wire.reply(script(model.scripts));
      await call(model.create(wire.url, fields), [new CallbackHandler()]);
      await awaitAllCallbacks();
      const [span = {}, ...others] = await langfuse.spans();
      expect(others).toEqual([]);
      if (isOurs || name !== "estimated") expect(span).toMatchObject(shown[name]);
      expect(Object.keys(span).filter((key) => /cost|metered_(?!run_id$)/.test(key))).toEqual([]);
      const versions = { [isOurs ? "langchain-metered" : "@langchain/openai"]: expect.any(String) };
      expect(JSON.parse(String(span["langfuse.observation.metadata.versions"]))).toMatchObject(versions);
    },
  );
});
