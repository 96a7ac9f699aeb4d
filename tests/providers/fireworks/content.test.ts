import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { HumanMessage } from "@langchain/core/messages";
import { ConfigurationError } from "../../../src/base/errors.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { ask, fireworks, hello, lastBody, WAYS } from "./setup.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer(hello);
});

afterEach(() => server.close());

const PNG = "iVBORw0KGgo=";
const DATA_URL = `data:image/png;base64,${PNG}`;
const HTTP_URL = "https://example.com/tides.png";
const image = (url: string) => ({ type: "image_url", image_url: { url } });

/** A message of blocks that may be of any provider's form. */
const human = (...content: object[]) => new HumanMessage({ content: content as never });

describe.each(WAYS)("content, $way", ({ isStreamed }) => {
  it.each<[string, object, object]>([
    ["an address", { type: "image_url", image_url: { url: HTTP_URL } }, image(HTTP_URL)],
    ["an address without an object around it", { type: "image_url", image_url: HTTP_URL }, image(HTTP_URL)],
    [
      "an address with its detail",
      { type: "image_url", image_url: { url: HTTP_URL, detail: "high" } },
      { type: "image_url", image_url: { url: HTTP_URL, detail: "high" } },
    ],
    ["a data URL", { type: "image_url", image_url: { url: DATA_URL } }, image(DATA_URL)],
    ["a standard block with an address", { type: "image", url: HTTP_URL }, image(HTTP_URL)],
    ["a standard block with base64", { type: "image", data: PNG, mimeType: "image/png" }, image(DATA_URL)],
    [
      "a standard block with bytes",
      { type: "image", data: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]), mimeType: "image/png" },
      image(DATA_URL),
    ],
    [
      "a block of the older form with an address",
      { type: "image", source_type: "url", url: HTTP_URL },
      image(HTTP_URL),
    ],
    [
      "a block of the older form with base64",
      { type: "image", source_type: "base64", data: PNG, mime_type: "image/png" },
      image(DATA_URL),
    ],
    [
      "Anthropic's block",
      { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
      image(DATA_URL),
    ],
  ])("an image as %s", async (_, block, part) => {
    await ask(fireworks(server), isStreamed, [human({ type: "text", text: "What is this?" }, block)]);
    expect(lastBody(server).messages).toEqual([
      { role: "user", content: [{ type: "text", text: "What is this?" }, part] },
    ]);
  });

  it("a video by its address, with the API's own settings and no other", async () => {
    const video_url = {
      url: "https://example.com/a.mp4",
      detail: "low",
      max_frames: 8,
      sample_fps: 2,
      spatial_limit: 512,
      cache_control: {},
    };
    await ask(fireworks(server), isStreamed, [human({ type: "video_url", video_url, index: 1 })]);
    const { cache_control: _, ...known } = video_url;
    expect(lastBody(server).messages).toEqual([{ role: "user", content: [{ type: "video_url", video_url: known }] }]);
  });

  it.each<[string, object, string]>([
    ["base64", { type: "video", data: "AAAA", mimeType: "video/mp4" }, "data:video/mp4;base64,AAAA"],
    ["an address", { type: "video", url: "https://example.com/a.mp4" }, "https://example.com/a.mp4"],
  ])("a video as a standard block with %s", async (_, block, url) => {
    await ask(fireworks(server), isStreamed, [human(block)]);
    expect(lastBody(server).messages).toEqual([{ role: "user", content: [{ type: "video_url", video_url: { url } }] }]);
  });

  it("text in blocks as one text, documents in plain text included", async () => {
    await ask(fireworks(server), isStreamed, [
      human(
        { type: "text", text: "Summarise: " },
        { type: "text-plain", text: "Tides rise and fall.", mimeType: "text/plain" },
      ),
    ]);
    expect(lastBody(server).messages).toEqual([{ role: "user", content: "Summarise: Tides rise and fall." }]);
  });

  it.each<[string, object, string]>([
    ["sound as a standard block", { type: "audio", data: "UklGRg==", mimeType: "audio/wav" }, "`audio`"],
    [
      "sound as OpenAI's part",
      { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
      "`input_audio`",
    ],
    [
      "sound as a block of the older form",
      { type: "audio", source_type: "base64", data: "UklGRg==", mime_type: "audio/wav" },
      "`audio`",
    ],
    ["a file", { type: "file", data: "JVBERi0=", mimeType: "application/pdf" }, "`file`"],
    ["a file as OpenAI's part", { type: "file", file: { file_id: "file-1" } }, "`file`"],
    ["an unknown block", { type: "hologram", data: 1 }, "`hologram`"],
    ["a PDF as Anthropic's block", { type: "document", source: { type: "base64", data: "JVBERi0=" } }, "`document`"],
    ["an image by a file's id", { type: "image", fileId: "file-1" }, "`image`"],
  ])("refuses %s, and says what the API takes", async (_, block, name) => {
    const asking = ask(fireworks(server), isStreamed, [human({ type: "text", text: "What is this?" }, block)]);
    const error = await asking.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).toContain("`text`, `image_url`, `video_url`");
    expect(server.requests).toHaveLength(0);
  });
});
