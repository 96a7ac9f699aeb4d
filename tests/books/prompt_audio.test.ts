import { describe, expect, it } from "@jest/globals";
import { hidesAudio } from "../../src/books/prompt_audio.js";

describe("hidesAudio", () => {
  it.each([
    { type: "audio", source_type: "base64", mime_type: "audio/wav", data: "" },
    { type: "audio", mimeType: "audio/wav", data: "" },
    { type: "input_audio", input_audio: { data: "", format: "wav" } },
    { type: "media", mimeType: "audio/ogg", fileUri: "gs://b/a.ogg" },
    { type: "media", mimeType: "video/mp4", fileUri: "gs://b/a.mp4" },
    { type: "audio/mpeg", data: "" },
    { inlineData: { mimeType: "audio/wav", data: "" } },
    { type: "file", mime_type: "audio/wav", data: "" },
  ])("sees %j", (block) => {
    expect(hidesAudio("ChatGoogleGenerativeAI", [[{ content: [{ type: "text", text: "Hi" }, block] }]])).toBe(true);
  });

  it.each([
    [[[{ content: "audio" }]]],
    [[[{ content: [{ type: "text", text: "audio/wav" }] }]]],
    [[[{ content: [{ type: "image_url", image_url: { url: "https://example.com/audio" } }] }]]],
    [["audio"]],
    [undefined],
  ])("sees none in %j", (prompt) => {
    expect(hidesAudio("ChatGoogleGenerativeAI", prompt)).toBe(false);
  });

  it("does not look where the class says how much it was", () => {
    expect(hidesAudio("ChatGoogle", [[{ content: [{ type: "audio" }] }]])).toBe(false);
  });
});
