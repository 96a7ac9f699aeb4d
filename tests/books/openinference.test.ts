import { afterEach, describe, expect, it } from "@jest/globals";
import { awaitAllCallbacks } from "@langchain/core/callbacks/promises";
import { fieldsOf } from "../../src/base/json.js";
import { startOpenInference } from "../support/open_inference.js";
import { otherModel, ownModels, tracedCases, type TracedCase, type TracedModel } from "../support/traced_calls.js";
import { factsIn, otherFactsOf, ownFactsOf } from "../support/traced_facts.js";
import { useWireServer } from "../support/use_server.js";

const wire = useWireServer();
const exporter = startOpenInference();
afterEach(() => exporter.reset());

/** The attributes of a call's only span, and its metadata among them. */
async function spanOf(model: TracedModel, { fields, script, call }: TracedCase) {
  wire.reply(script(model.scripts));
  await call(model.create(wire.url, fields), []);
  await awaitAllCallbacks();
  const [span, ...others] = exporter.getFinishedSpans();
  expect(others).toEqual([]);
  const attributes: Record<string, unknown> = { ...span?.attributes };
  return { attributes, metadata: fieldsOf(JSON.parse(String(attributes["metadata"]))) };
}

const tokens = (prompt: number, completion: number) => ({
  "llm.token_count.prompt": prompt,
  "llm.token_count.completion": completion,
  "llm.token_count.total": prompt + completion,
});
const said = "llm.output_messages.0.message.content";
const shown: Record<TracedCase["name"], object> = {
  streamed: { ...tokens(23, 7), [said]: "Hello there." },
  invoked: { ...tokens(23, 7), [said]: "Hello there." },
  failed: { ...tokens(10, 3), [said]: "Hello there." },
  aborted: { ...tokens(10, 2), [said]: "Hello " },
  left: { ...tokens(10, 2), [said]: "Hello " },
  unpriced: { ...tokens(23, 7), [said]: "Hello there." },
  estimated: { ...tokens(10, 3), [said]: "Hello there." },
};

describe.each(ownModels)("$name", (model) => {
  it.each(tracedCases)("$name", async (traced) => {
    const { attributes, metadata } = await spanOf(model, traced);
    expect(attributes).toMatchObject(shown[traced.name]);
    expect(factsIn(metadata)).toEqual(ownFactsOf[traced.name]);
    expect(metadata["versions"]).toMatchObject({ "langchain-metered": expect.any(String) });
  });
});

it.each(ownModels)("$name, aborted before anything was sent", async (model) => {
  const calling = model.create(wire.url).invoke("Hi.", { signal: AbortSignal.abort() });
  await expect(calling).rejects.toThrow();
  await awaitAllCallbacks();
  const [span] = exporter.getFinishedSpans();
  expect(factsIn(JSON.parse(String(span?.attributes["metadata"])))).toEqual({
    metered_cost_status: "none",
    metered_cost_low_usd: "0",
    metered_cost_high_usd: "0",
    ls_is_error_interrupt: true,
  });
});

describe("ChatOpenAI", () => {
  it.each(tracedCases.filter(({ name }) => name in otherFactsOf))("$name", async (traced) => {
    const { metadata } = await spanOf(otherModel, traced);
    expect(factsIn(metadata)).toEqual(Reflect.get(otherFactsOf, traced.name));
  });

  it("says nothing of several prompts, whose runs share their metadata", async () => {
    wire.reply(otherModel.scripts.whole(), otherModel.scripts.whole());
    await otherModel.create(wire.url).generate([[["human", "Hi."]], [["human", "Ho."]]] as never);
    await awaitAllCallbacks();
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ attributes }) => factsIn(JSON.parse(String(attributes["metadata"]))))).toEqual([{}, {}]);
  });
});
