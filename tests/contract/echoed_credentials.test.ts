import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { json, sse, text } from "../support/wire_script.js";
import { ChatFireworks, ChatOpenLLM } from "../../src/index.js";

const KEY = "fw_very-secret-key";

/** Ways in which a server can repeat the key that it was sent. */
const ECHOES = [
  ["a refusal", json(401, { error: { message: `Incorrect API key provided: ${KEY}`, type: "auth", code: KEY } })],
  ["a page in a 200", text(200, `<html>${KEY}</html>`, { headers: { "content-type": "text/html" } })],
  ["an error event", sse([{ error: { message: `Bad key ${KEY}` } }])],
] as const;

describe.each([
  ["ChatFireworks", (url: string) => new ChatFireworks({ model: "m", apiKey: KEY, baseURL: url, maxRetries: 0 })],
  ["ChatOpenLLM", (url: string) => new ChatOpenLLM({ model: "m", apiKey: KEY, baseURL: url, maxRetries: 0 })],
])("%s, when the server repeats the key", (_name, create) => {
  let server: WireServer;

  beforeEach(async () => {
    server = await startWireServer();
  });
  afterEach(() => server.close());

  it.each(ECHOES)("keeps it out of its error: %s", async (_what, script) => {
    server.always(script);
    const handler = new RecordingHandler();
    const stream = async () => {
      for await (const _ of await create(`${server.url}/v1`).stream("hi", { callbacks: [handler] }));
    };
    const error: unknown = await stream().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    const { message, stack, body, code } = error as Error & { body?: string; code?: string };
    expect([message, stack, body, code].join("\n")).not.toContain(KEY);
    expect(JSON.stringify(expectOneRun(handler).last)).not.toContain(KEY);
  });
});
