import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { ChatOllamaLite } from "../../../src/providers/ollama/chat.js";
import type { OllamaModelOptions } from "../../../src/providers/ollama/options.js";

/** The field `options` of a request, of options in the constructor and of the same in a call. */
function toModelOptions(options: OllamaModelOptions): unknown[] {
  const base = { model: "m", temperature: null };
  const ofModel = new ChatOllamaLite({ ...base, ...options }).invocationParams();
  const ofCall = new ChatOllamaLite(base).invocationParams(options);
  return [ofModel.options, ofCall.options];
}

it.each(["yes", 1])("a `pull` of %p is refused", (pull) => {
  expect(() => new ChatOllamaLite({ model: "m", pull: pull as never })).toThrow(
    "It must be true, false, or an object.",
  );
});

describe("the field `options`", () => {
  it("knows every option of the server by its wire name", () => {
    const all: OllamaModelOptions = {
      temperature: 0,
      topK: 1,
      topP: 0.5,
      minP: 0.1,
      typicalP: 0.9,
      seed: 7,
      maxTokens: 20,
      numKeep: 4,
      repeatLastN: 64,
      repeatPenalty: 1.1,
      presencePenalty: 0.2,
      frequencyPenalty: 0.3,
      stop: ["END"],
      numCtx: 8192,
      numBatch: 512,
      numGpu: 33,
      mainGpu: 1,
      useMmap: false,
      numThread: 2,
      draftNumPredict: 5,
    };
    const sent = {
      temperature: 0,
      top_k: 1,
      top_p: 0.5,
      min_p: 0.1,
      typical_p: 0.9,
      seed: 7,
      num_predict: 20,
      num_keep: 4,
      repeat_last_n: 64,
      repeat_penalty: 1.1,
      presence_penalty: 0.2,
      frequency_penalty: 0.3,
      stop: ["END"],
      num_ctx: 8192,
      num_batch: 512,
      num_gpu: 33,
      main_gpu: 1,
      use_mmap: false,
      num_thread: 2,
      draft_num_predict: 5,
    };
    expect(toModelOptions(all)).toEqual([sent, sent]);
  });

  it.each<[string, OllamaModelOptions, object]>([
    ["leaves out what is not set", {}, {}],
    ["leaves out null", { temperature: null }, {}],
    ["leaves out a limit that is none", { maxTokens: Infinity }, {}],
    ["leaves out an empty list", { stop: [] }, {}],
    ["sends -1 as no limit", { numPredict: -1 }, { num_predict: -1 }],
    ["takes maxTokens before numPredict", { maxTokens: 5, numPredict: 9 }, { num_predict: 5 }],
  ])("%s", (_, options, wire) => {
    expect(toModelOptions(options)).toEqual([wire, wire]);
  });

  it.each([
    ["numCtx", "4096", '`numCtx` is `"4096"`. It must be a whole number.'],
    ["seed", 1.5, "`seed` is `1.5`. It must be a whole number."],
    ["temperature", "hot", '`temperature` is `"hot"`. It must be a number from 0 to 2.'],
    ["temperature", Number.NaN, "`temperature` is `NaN`. It must be a number from 0 to 2."],
    ["useMmap", 1, "`useMmap` is `1`. It must be true or false."],
    ["keepAlive", "soon", '`keepAlive` is `"soon"`. It must be a number of seconds, or a duration such as `10m`.'],
    ["think", "false", '`think` is `"false"`. It must be the boolean `true` or `false`'],
    ["stop", "END", '`stop` is `"END"`. It must be a list of texts.'],
    ["numPredict", 0, '`numPredict` is `0`, which Ollama takes for "no limit". Use at least 1.'],
    ["maxTokens", 0, '`maxTokens` is `0`, which Ollama takes for "no limit". Use at least 1.'],
  ])("refuses %s of %p", (option, value, message) => {
    for (const refused of [
      () => new ChatOllamaLite({ model: "m", [option]: value }),
      () => new ChatOllamaLite("m").invocationParams({ [option]: value }),
    ]) {
      expect(refused).toThrow(message);
      expect(refused).toThrow(ConfigurationError);
    }
  });
});
