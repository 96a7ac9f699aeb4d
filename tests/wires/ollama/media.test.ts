import { describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { ConfigurationError } from "../../../src/base/errors.js";
import type { Json } from "../../../src/base/json.js";
import { toBase64 } from "../../../src/wires/ollama/base64.js";
import { mediaKinds, toMedia } from "../../../src/wires/ollama/media.js";

const image = (base64: string) => ({ kind: "image", base64 });

describe("toMedia", () => {
  it.each<[string, Json, object | undefined]>([
    ["OpenAI's data URL", { type: "image_url", image_url: { url: "data:image/png;base64,AAEC" } }, image("AAEC")],
    ["OpenAI's data URL as text", { type: "image_url", image_url: "data:image/png;base64,AAEC" }, image("AAEC")],
    ["plain base64", { type: "image_url", image_url: { url: "AAEC" } }, image("AAEC")],
    ["a standard block with base64", { type: "image", data: "AAEC", mimeType: "image/png" }, image("AAEC")],
    [
      "a standard block with bytes",
      { type: "image", data: new Uint8Array([0, 1, 2]), mimeType: "image/png" },
      image("AAEC"),
    ],
    ["a standard block with a data URL", { type: "image", url: "data:image/png;base64,AAEC" }, image("AAEC")],
    [
      "an older standard block",
      { type: "image", source_type: "base64", mime_type: "image/png", data: "AAEC" },
      image("AAEC"),
    ],
    [
      "Anthropic's block",
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAEC" } },
      image("AAEC"),
    ],
    [
      "an address",
      { type: "image", url: "https://example.com/a.png" },
      { kind: "image", url: "https://example.com/a.png" },
    ],
    [
      "OpenAI's sound",
      { type: "input_audio", input_audio: { data: "AAEC", format: "wav" } },
      { kind: "audio", base64: "AAEC" },
    ],
    ["a standard sound", { type: "audio", data: "AAEC", mimeType: "audio/wav" }, { kind: "audio", base64: "AAEC" }],
    ["text", { type: "text", text: "AAEC" }, undefined],
  ])("reads %s", (_, block, expected) => {
    expect(toMedia(block)).toEqual(expected);
  });

  it.each<[string, Json, string]>([
    [
      "a path",
      { type: "image_url", image_url: "./cat.png" },
      "The data of an image is `./cat.png`, which is neither base64 nor a data URL. Read files yourself",
    ],
    ["nothing", { type: "image_url" }, "The data of an image is `undefined`, which"],
    ["empty data", { type: "image", data: "" }, "The data of an image is ``"],
    ["a data URL without data", { type: "image_url", image_url: "data:image/png" }, "`data:image/png`"],
    ["a block without an image", { type: "image" }, "A block of type `image` has neither `data` nor `url`."],
    [
      "a file at another provider",
      { type: "image", fileId: "file-1" },
      "The image `file-1` is a file of another provider.",
    ],
  ])("refuses %s", (_, block, message) => {
    expect(() => toMedia(block)).toThrow(message);
    expect(() => toMedia(block)).toThrow(ConfigurationError);
  });
});

describe("toBase64", () => {
  it("gives every byte back, in whatever form it was written", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.constantFrom("base64", "base64url", "data", "lines"),
        (bytes, form) => {
          const base64 = Buffer.from(bytes).toString("base64");
          const written = {
            base64,
            base64url: Buffer.from(bytes).toString("base64url"),
            data: `data:image/png;base64,${base64}`,
            lines: base64.replaceAll(/(.{5})/g, "$1\r\n"),
          }[form];
          expect(toBase64(written, "an image")).toBe(base64);
        },
      ),
    );
  });

  it("reads a data URL that is not base64", () => {
    expect(toBase64("data:image/svg+xml,%3Csvg%2F%3E", "an image")).toBe(Buffer.from("<svg/>").toString("base64"));
  });

  it.each(["@@@", "A", "/etc/hostname.png", "file:///etc/hostname", "data:,%"])("refuses %s", (text) => {
    expect(() => toBase64(text, "an image")).toThrow(ConfigurationError);
  });
});

it("mediaKinds tells images and sounds without looking at them", () => {
  const message = new HumanMessage({
    content: [
      { type: "text", text: "?" },
      { type: "image_url", image_url: "@@@" },
    ],
  });
  expect([...mediaKinds([new HumanMessage("x"), message])]).toEqual(["image"]);
  expect([...mediaKinds([new HumanMessage({ content: [{ type: "input_audio", input_audio: {} }] })])]).toEqual([
    "audio",
  ]);
});
