import { describe, expect, it } from "@jest/globals";
import { contextWindow, readShow, toProfile } from "../../../src/providers/ollama/profile.js";
import { recording } from "../../support/recordings.js";

const tiny = readShow(JSON.parse(recording("ollama", "show").response.chunks.join("")));

describe("readShow", () => {
  it("reads what a real server says", () => {
    expect(tiny).toEqual({
      trainedContext: 8192,
      modelfileContext: 2048,
      capabilities: ["completion", "tools", "thinking"],
    });
  });

  it("knows nothing where an older server says nothing", () => {
    expect(readShow({ modelfile: "FROM x" })).toEqual({});
  });
});

describe("contextWindow", () => {
  it.each([
    ["the option", tiny, 512, 512],
    ["the Modelfile", tiny, undefined, 2048],
    ["no more than the model was made for", tiny, 100_000, 8192],
    ["nothing where nobody said", { trainedContext: 8192 }, undefined, undefined],
    ["the option where nothing else is known", {}, 512, 512],
  ])("is %s", (_, facts, numCtx, expected) => {
    expect(contextWindow(facts, numCtx)).toBe(expected);
  });
});

describe("toProfile", () => {
  it("says what a model can do in the window that it has", () => {
    expect(toProfile(tiny, undefined)).toEqual({
      maxInputTokens: 2048,
      toolCalling: true,
      toolChoice: true,
      imageInputs: false,
      audioInputs: false,
      reasoningOutput: true,
    });
  });

  it("falls back on what the model was made for", () => {
    expect(
      toProfile({ trainedContext: 8192, capabilities: ["completion", "vision", "audio"] }, undefined),
    ).toMatchObject({ maxInputTokens: 8192, toolCalling: false, imageInputs: true, audioInputs: true });
  });

  it("leaves out what is not known", () => {
    expect(toProfile({}, undefined)).toEqual({});
  });
});
