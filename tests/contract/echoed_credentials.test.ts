import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { json, text, type Script } from "../support/wire_script.js";
import { rejection } from "./paths.js";
import { subjects, type Subject } from "./subjects.js";

const KEY = "fw_very/secret+key=";

/** Ways in which a server can write the key that it was sent. */
const FORMS: [string, string][] = [
  ["as it is", JSON.stringify(KEY).slice(1, -1)],
  ["as PHP writes JSON", KEY.replaceAll("/", String.raw`\/`)],
  ["in unicode escapes", KEY.replaceAll("s", String.raw`\u0073`)],
  ["as a URL", encodeURIComponent(KEY)],
  ["in base64", btoa(KEY)],
  ["in base64 of the header", btoa(`Bearer ${KEY}`)],
];

/** Ways in which it can repeat it, in the words of any wire; the key as it stands in JSON. */
const ECHOES: [string, (subject: Subject, key: string) => Script][] = [
  [
    "a refusal",
    (_, key) => text(401, `{"error":{"message":"Incorrect API key: ${key}","type":"auth","code":"${key}"}}`),
  ],
  ["a page in a 200", (_, key) => text(200, `<html>${key}</html>`, { headers: { "content-type": "text/html" } })],
  [
    "an error event",
    ({ scripts }, key) =>
      scripts.streamed([scripts.errorPiece("Bad key KEY").replace("KEY", () => key)], { ended: false }),
  ],
];

/** All that a log, a trace or a store may take of something. */
function shown(...values: unknown[]): string {
  return values
    .flatMap((value) => [inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value), String(value)])
    .join("\n");
}

/** The key, or enough of it to matter, in whichever form. */
const LEAKED = new RegExp(
  [KEY, encodeURIComponent(KEY), btoa(KEY).slice(0, 20), "very/secret", String.raw`very\\+/secret`, "very%2Fsecret"]
    .map((form) => form.replace(/[+]/g, "[+]"))
    .join("|"),
);

describe.each(subjects)("$name, when the server repeats the key", (subject) => {
  let server: WireServer;

  beforeEach(async () => {
    server = await startWireServer();
  });
  afterEach(() => server.close());

  const create = (fields: MeteredChatModelInput = {}) =>
    subject.create(server.url, { apiKey: KEY, maxRetries: 0, ...fields });

  describe.each(FORMS)("%s", (_form, key) => {
    it.each(ECHOES)("keeps it out of its error: %s", async (_what, script) => {
      server.always(script(subject, key));
      const handler = new RecordingHandler();
      const stream = async () => {
        for await (const _ of await create().stream("hi", { callbacks: [handler] }));
      };
      const error = await rejection(stream());
      expect(error).toBeInstanceOf(Error);
      expect(shown(error, expectOneRun(handler).last)).not.toMatch(LEAKED);
    });

    it("keeps it out of the answer to a second request, and out of what is told in between", async () => {
      const failed: unknown[] = [];
      const headers = { "content-type": "application/json", "retry-after": "0" };
      server.reply(text(500, `{"error":{"message":"upstream rejected ${key}"}}`, { headers }), subject.scripts.whole());
      const answer = await create({ maxRetries: 1, onFailedAttempt: (error) => failed.push(error) }).invoke("hi");
      expect(answer.response_metadata.requests).toHaveLength(2);
      expect(failed).toHaveLength(1);
      expect(shown(answer, failed)).not.toMatch(LEAKED);
    });
  });

  it("keeps it out of its headers, and takes no cookie from them", async () => {
    const headers = { "x-echo": `Bearer ${KEY}`, "set-cookie": "session=abc", "x-request-id": "7" };
    server.always(json(401, { error: "no" }, { headers }));
    const error = await rejection(create().invoke("hi"));
    expect(error).toMatchObject({ headers: { "x-echo": "***", "x-request-id": "7" } });
    expect(error).not.toHaveProperty(["headers", "set-cookie"]);
    expect(shown(error)).not.toMatch(LEAKED);
  });

  it("keeps it out where the user's own fetch says it", async () => {
    const fail = (_url: string, init: RequestInit) => {
      const config = { headers: { ...(init.headers as object) } };
      throw new AggregateError([Object.assign(new Error(`sent ${JSON.stringify(config)}`), { config })], "failed");
    };
    const error = await rejection(create({ fetch: fail }).invoke("hi"));
    expect(error).toMatchObject({ name: "ConnectionError", cause: { message: expect.stringContaining("***") } });
    expect(shown(error)).not.toMatch(LEAKED);
  });

  // Fireworks takes a key alone.
  const takesPassword = subject.name !== "ChatFireworks";
  it.each([
    ["a header of the user's", { headers: { authorization: `Basic ${btoa("ann:pass word-7")}` } }],
    ...(takesPassword ? [["its address", { apiKey: undefined }] as const] : []),
  ])("keeps a password out that came in %s, and `user:password`", async (_, fields) => {
    const baseURL = subject.baseURL(server.url).replace("http://", "http://ann:pass%20word-7@");
    server.always(json(401, { error: { message: "ann:pass word-7 may not, nor pass word-7" } }));
    const error = await rejection(create({ baseURL, ...fields }).invoke("hi"));
    expect(error.message).toContain("*** may not, nor ***");
    expect(shown(error)).not.toContain("word-7");
  });
});
