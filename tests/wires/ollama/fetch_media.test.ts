import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../../src/base/errors.js";
import { mediaFetcher, refuseMedia } from "../../../src/wires/ollama/fetch_media.js";
import { gate } from "../../support/gate.js";
import { refusedUrl, startWireServer, type WireServer } from "../../support/wire_server.js";
import { bytes, cut, text } from "../../support/wire_script.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

const PNG = { "content-type": "image/png" };

describe("mediaFetcher", () => {
  it("gets the bytes behind an address, and sends nothing of the model's", async () => {
    server.reply(bytes([new Uint8Array([0, 1]), new Uint8Array([2])], PNG));
    expect(await mediaFetcher(fetch)(`${server.url}/a.png`)).toBe("AAEC");
    expect(server.requests[0]).toMatchObject({ method: "GET", path: "/a.png", text: "" });
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    ["a missing image", text(404, "no"), "/a.png` answered 404. Pass its bytes as base64."],
    ["a page", text(200, "<html>", { headers: { "content-type": "text/html" } }), "/a.png` is of type `text/html`."],
    ["a broken answer", bytes(["abc", cut], { ...PNG, "content-length": "9" }), "/a.png` broke off ("],
  ])("refuses %s, without the query of its address", async (_, script, message) => {
    server.reply(script);
    const refused = mediaFetcher(fetch)(`${server.url}/a.png?signature=secret`);
    await expect(refused).rejects.toThrow(`The image \`${server.url}${message}`);
    await expect(refused).rejects.toThrow(ConfigurationError);
  });

  it("refuses what is too large to be an image, before it has read all of it", async () => {
    const piece = new Uint8Array(8 * 1024 * 1024);
    server.reply(bytes([piece, piece, piece, piece, piece, gate()], PNG));
    await expect(mediaFetcher(fetch)(`${server.url}/a.png`)).rejects.toThrow("is larger than 33554432 bytes");
  });

  it("says that nobody is there", async () => {
    const url = await refusedUrl();
    await expect(mediaFetcher(fetch)(`${url}/a.png`)).rejects.toThrow(`The image \`${url}/a.png\` cannot be reached`);
  });

  it.each(["before the headers", "in the middle"])("stops at an abort %s", async (when) => {
    const closed = gate();
    server.reply(
      when === "in the middle" ? bytes(["abc", closed, "def"], PNG) : bytes(["abc"], PNG, { before: [closed] }),
    );
    const controller = new AbortController();
    const fetched = mediaFetcher(fetch, controller.signal)(`${server.url}/a.png`);
    await closed.reached;
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(fetched).rejects.toBe(reason);
    await server.idle();
    expect(server.requests[0]?.aborted).toBe(true);
  });
});

it("refuseMedia asks for permission", async () => {
  await expect(refuseMedia("https://example.com/a.png?key=1")).rejects.toThrow(
    "The image `https://example.com/a.png` is an address",
  );
});
