import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";
import { CallTimeoutError, ConfigurationError } from "../../../src/base/errors.js";
import { mediaFetcher, refuseMedia } from "../../../src/wires/ollama/fetch_media.js";
import { useClock } from "../../contract/clock.js";
import { gate } from "../../support/gate.js";
import { refusedUrl, startWireServer, type WireServer } from "../../support/wire_server.js";
import { bytes, cut, redirect, stall, text } from "../../support/wire_script.js";

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

  it("follows a redirect on its host", async () => {
    server.reply(redirect(302, "/b.png"), bytes([new Uint8Array([0, 1])], PNG));
    expect(await mediaFetcher(fetch)(`${server.url}/a.png`)).toBe("AAE=");
    expect(server.requests.map(({ path }) => path)).toEqual(["/a.png", "/b.png"]);
  });

  it("follows none to another host, and says so without the query of its address", async () => {
    const other = await startWireServer();
    try {
      server.reply(redirect(302, `${other.url}/b.png`));
      const refused = mediaFetcher(fetch)(`${server.url}/a.png?signature=secret`);
      const error = await refused.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(inspect(error)).toContain(`The image \`${server.url}/a.png\` redirects to another host`);
      expect(inspect(error)).not.toContain("secret");
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it("goes round in no circle", async () => {
    server.always(redirect(302, "/a.png"));
    await expect(mediaFetcher(fetch)(`${server.url}/a.png`)).rejects.toThrow("redirects to another host, or too often");
    expect(server.requests).toHaveLength(4);
  });

  it("waits as long as a chat for more of an answer", async () => {
    server.reply(bytes(["abc", stall], PNG));
    // Nothing is counted before the first bytes have come.
    const fetched = mediaFetcher(fetch, { limits: { idleTimeoutMs: 20 } })(`${server.url}/a.png?key=1`);
    await expectTimeout(fetched, "idle");
  });

  describe("with a clock", () => {
    const clock = useClock();

    it("waits as long as a chat for an answer", async () => {
      server.reply(bytes(["abc"], PNG, { before: [stall] }));
      const fetched = mediaFetcher(fetch, { limits: { firstByteTimeoutMs: 20 } })(`${server.url}/a.png?key=1`);
      const timeout = expectTimeout(fetched, "firstByte");
      await server.received();
      clock.pass(20);
      await timeout;
    });
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
    const fetched = mediaFetcher(fetch, { signal: controller.signal })(`${server.url}/a.png`);
    await closed.reached;
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(fetched).rejects.toBe(reason);
    await server.idle();
    expect(server.requests[0]?.aborted).toBe(true);
  });
});

async function expectTimeout(fetched: Promise<string>, limit: "firstByte" | "idle"): Promise<void> {
  const error: unknown = await fetched.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CallTimeoutError);
  expect(error).toMatchObject({ limit, limitMs: 20 });
  const said = `The host of the image \`${server.url}/a.png\` sent nothing for 20 ms. Raise \`${limit}Timeout\`, or pass`;
  expect(String(error)).toContain(said);
  const request = await server.received();
  await request.closed;
  expect(request.aborted).toBe(true);
}

it("refuseMedia asks for permission", async () => {
  await expect(refuseMedia("https://example.com/a.png?key=1")).rejects.toThrow(
    "The image `https://example.com/a.png` is an address",
  );
});
