import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { modelSize } from "../../../src/pricing/look_up/model_size.js";

const dense = (totalB: number) => ({ kind: "sized", totalB, moe: false });
const moe = (totalB: number) => ({ kind: "sized", totalB, moe: true });
const unknown = { kind: "unknown" };

describe("modelSize", () => {
  it.each([
    ["p is a decimal point", "qwen2p5-1p5b", dense(1.5)],
    ["p is a decimal point", "qwen3-0p6b", dense(0.6)],
    ["a point is one too", "qwen2.5-0.5b", dense(0.5)],
    ["versions are no sizes", "llama-v3p1-8b-instruct", dense(8)],
    ["dashed versions are none", "dobby-mini-unhinged-plus-llama-3-1-8b", dense(8)],
    ["dashed versions are none", "dolphin-2-9-2-qwen2-72b", dense(72)],
    ["a version before the size", "llama-guard-3-1b", dense(1)],
    ["digits glued to the family", "gemma2-9b-it", dense(9)],
    ["context lengths are none", "qwen2p5-coder-32b-instruct-128k", dense(32)],
    ["nor is a context of a million", "qwen2p5-7b-instruct-1m", dense(7)],
    ["dates are none", "openchat-3p5-0106-7b", dense(7)],
    ["number formats are none", "gemma-4-31b-it-nvfp4", dense(31)],
    ["number formats are none", "llama-70b-8bit", dense(70)],
    ["number formats are none", "nemotron-3-super-120b-a12b-bf16", moe(120)],
    ["letters after b", "x-7b-2bxl", dense(7)],
    ["underscores and colons separate", "llama_2_13b", dense(13)],
    ["underscores and colons separate", "llama3:70b", dense(70)],
    ["the size may come first", "70b-chat", dense(70)],
    ["active parameters mark experts", "qwen3-235b-a22b", moe(235)],
    ["active parameters mark experts", "qwen3p8-2p4t-a95b", moe(2400)],
    ["active parameters in millions", "granite-3p1-3b-a800m-instruct", moe(3)],
    ["N times M experts", "mixtral-8x22b-instruct", moe(176)],
    ["N times M experts", "nous-hermes-2-mixtral-8x7b-dpo", moe(56)],
    ["experts without a marker", "gpt-oss-safeguard-20b", moe(20)],
    ["experts without a marker", "qwen3-coder-480b-instruct-bf16", moe(480)],
    ["a distilled model is what it was distilled into", "deepseek-r1-distill-llama-8b", dense(8)],
    ["known though its name has no size", "firefunction-v1", moe(46.7)],
    ["known though its name has no size", "firefunction-v2", dense(70.6)],
    ["known though its name has no size", "mistral-nemo-instruct-2407", dense(12.2)],
    ["known though its name has two", "llama-v3p1-70b-instruct-1b", dense(1.2)],
    ["a family with one size", "my-dbrx-tuned", moe(132)],
    ["a whole part of 0", "qwen2-0-5b", dense(0.5)],
    ["the size of zero", "x-0b", unknown],
    ["millions", "gemma-3-270m-it", dense(0.27)],
    ["a context length of millions is none", "scout-10m", unknown],
    ["a whole part of 1, or a version", "smol-1-7b", unknown],
    ["a whole part of 1, or a version", "qwen-3-1-7b", unknown],
    ["a family's quantised member", "glm-4p5v-fp8", moe(107)],
    ["a smaller one of a family", "glm-4p6v-flash", dense(10.3)],
    ["effective parameters", "gemma-4-e2b-it", dense(5.1)],
    ["two sizes", "llama-70b-draft-1b", unknown],
    ["active parameters alone", "hunyuan-moe-a3b", unknown],
    ["experts counted, size active", "llama-4-scout-17b-16e", unknown],
    ["experts too many to be dense", "cogito-700b", unknown],
    ["not a number", "x-1.2.3b", unknown],
    ["not a number", "x-.b", unknown],
    ["no size", "kat-coder", unknown],
    ["an embedding model", "qwen3-embedding-4b", unknown],
    ["a reranker", "qwen3-reranker-4b", unknown],
    ["an embedding model, within a word", "llama-3p2-nv-embedqa-1b-v2", unknown],
    ["a retriever, within a word", "llama-nemoretriever-3b-v1", unknown],
    ["a video model", "wan2p1-i2v-14b", unknown],
    ["an image model", "stable-diffusion-3b", unknown],
    ["a speech model", "parakeet-tdt-0p6b-v2", unknown],
    ["a speech model", "whisper-v3-2b", unknown],
  ])("%s: %s", (_, name, size) => {
    expect(modelSize(name)).toMatchObject(size);
  });

  it("says of every unknown size why", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.:_-]{0,60}$/), (name) => {
        const size = modelSize(name);
        if (size.kind === "unknown") expect(size.reason).not.toBe("");
        else expect(size.totalB).toBeGreaterThan(0);
      }),
    );
  });

  it("reads any decimal that is written in, and only that", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 160 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("p", "."),
        (whole, tenth, mark) => {
          expect(modelSize(`falcon-v2-${whole}${mark}${tenth}b-chat-8k`)).toMatchObject(
            dense(Number(`${whole}.${tenth}`)),
          );
        },
      ),
    );
  });
});
