import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { json, text, type Script } from "../support/wire_script.js";
import { subjects, type Subject } from "./subjects.js";

const KEY = "fw_very-secret-key";

/** Ways in which a server can repeat the key that it was sent, in the words of any wire. */
const ECHOES: [string, (subject: Subject) => Script][] = [
  ["a refusal", () => json(401, { error: { message: `Incorrect API key provided: ${KEY}`, type: "auth", code: KEY } })],
  ["a refusal in its wire's words", ({ scripts }) => scripts.refusal(401, `Incorrect API key provided: ${KEY}`)],
  ["a page in a 200", () => text(200, `<html>${KEY}</html>`, { headers: { "content-type": "text/html" } })],
  ["an error event", ({ scripts }) => scripts.streamed([scripts.errorPiece(`Bad key ${KEY}`)], { ended: false })],
];

describe.each(subjects)("$name, when the server repeats the key", (subject) => {
  let server: WireServer;

  beforeEach(async () => {
    server = await startWireServer();
  });
  afterEach(() => server.close());

  it.each(ECHOES)("keeps it out of its error: %s", async (_what, script) => {
    server.always(script(subject));
    const handler = new RecordingHandler();
    const model = subject.create(server.url, { apiKey: KEY, maxRetries: 0 });
    const stream = async () => {
      for await (const _ of await model.stream("hi", { callbacks: [handler] }));
    };
    const error: unknown = await stream().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    const { message, stack, body, code } = error as Error & { body?: string; code?: string };
    expect([message, stack, body, code].join("\n")).not.toContain(KEY);
    expect(JSON.stringify(expectOneRun(handler).last)).not.toContain(KEY);
  });
});
