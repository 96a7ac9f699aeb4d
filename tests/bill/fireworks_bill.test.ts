import { describe, expect, it } from "@jest/globals";
import { BillError, fireworksBill } from "../../src/bill.js";
import { ConfigurationError, ServerError } from "../../src/base/errors.js";
import { useWireServer } from "../support/use_server.js";
import { text } from "../support/wire_script.js";

const server = useWireServer();
const ask = (more: object = {}) =>
  fireworksBill({
    account: "my-account",
    apiKey: "fw-secret",
    from: "2026-09-01",
    to: "2026-09-01",
    baseUrl: server.url,
    ...more,
  });

describe("an answer of Fireworks'", () => {
  it.each(["null", "[]", "7", "{", "<html>"])("that is %s is no bill", async (body) => {
    server.reply(text(200, body));
    await expect(ask()).rejects.toThrow(BillError);
  });

  it("may have rows, or is no bill", async () => {
    server.reply(text(200, '{"rows":[{"dimensions":null}]}'));
    await expect(ask()).rejects.toThrow(BillError);
    server.reply(text(200, "{}"));
    expect(await ask()).toMatchObject({ lines: [] });
  });

  it.each([200, 500])("is read up to a size (%i)", async (status) => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(1_048_576).fill(32));
      },
    });
    await expect(ask({ fetch: async () => new Response(endless, { status }) })).rejects.toThrow(
      "The answer is larger than 16777216 bytes.",
    );
    expect(sent).toBeLessThan(20);
  });

  it("that breaks off is a problem of the server's, without the key", async () => {
    const cut = () =>
      new ReadableStream({
        pull: (controller) => controller.error(new Error("reset of fw-secret")),
      });
    const error: unknown = await ask({ fetch: async () => new Response(cut()) }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServerError);
    expect(String(error)).toContain("could not be reached");
    expect(String(error)).not.toContain("fw-secret");
  });

  it("that does not come in time is one too", async () => {
    const never = new ReadableStream({ start() {} });
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      init?.signal?.addEventListener("abort", () => {});
      return new Response(never);
    };
    await expect(ask({ fetch, timeoutMs: 1 })).rejects.toThrow(ServerError);
  });
});

describe("options", () => {
  it.each([
    [{ account: undefined }, "needs the option `account`"],
    [{ account: 7 }, "`account` is `7`"],
    [{ account: "a/../b" }, "`account` is"],
    [{ apiKey: "a b" }, "`apiKey` cannot be used"],
    [{ from: "2026-02-30" }, "`from` is"],
    [{ to: "2026-08-31" }, "`to` is"],
    [{ timeoutMs: Number.NaN }, "`timeoutMs` is"],
    [{ baseUrl: "ftp://localhost" }, "`baseUrl` cannot be used"],
    [{ baseUrl: "https://ann:fw-secret@example.com" }, "`baseUrl` cannot be used"],
    [{ baseUrl: "http://example.com" }, "`baseUrl` cannot be used"],
    [{ acount: "a" }, "has no option `acount`"],
  ])("that cannot be are refused: %j", async (options, said) => {
    const error: unknown = await ask(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain(said);
    expect(String(error)).not.toContain("fw-secret");
  });
});
