import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { RecordingHandler } from "../support/recording_handler.js";
import { expectOneRun } from "../support/runs.js";
import { redirect } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";
import { collect, rejection } from "./paths.js";
import { chatsOf, useServer } from "./server.js";
import { subjects } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";
let elsewhere: WireServer;

beforeEach(async () => {
  elsewhere = await startWireServer();
});

afterEach(() => elsewhere.close());

describe.each(subjects)("$name: redirects", (subject) => {
  const create = (fields: MeteredChatModelInput = {}) =>
    subject.create(wire.server.url, { apiKey: "sk-secret", ...fields });

  it.each([301, 302, 303, 307, 308])(
    "does not follow a %i to another host, and sends nothing there",
    async (status) => {
      wire.server.always(redirect(status, `${elsewhere.url}${subject.path}`));
      const handler = new RecordingHandler();
      const error = await rejection(create().invoke(input, { callbacks: [handler] }));
      expect(error).toMatchObject({ name: "ServerError", status });
      expect(error.message).toContain(`\`${elsewhere.url}\``);
      expect(error.message).not.toContain("sk-secret");
      expect(error.partialOutput).toBeUndefined();
      expect(expectOneRun(handler).last.type).toBe("error");
      expect(elsewhere.requests).toEqual([]);
      expect(elsewhere.openSockets).toBe(0);
      expect(chatsOf(wire.server)).toHaveLength(1);
    },
  );

  it.each([
    ["another port's name", "http://localhost:1/x"],
    ["https", "https://127.0.0.1/x"],
    ["no URL", "http://"],
    ["a protocol-relative address", "//example.invalid/x"],
  ])("does not follow one to %s", async (_, location) => {
    wire.server.always(redirect(307, location));
    expect(await rejection(create().invoke(input))).toMatchObject({ name: "ServerError", status: 307 });
    expect(chatsOf(wire.server)).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])("follows a %i within the host, body and key included", async (status) => {
    wire.server.on("POST /moved", subject.scripts.whole()).reply(redirect(status, "/moved"));
    const answer = await create().invoke(input);
    expect(answer.text).toBe("Hello there.");
    const [first, second] = wire.server.requests;
    expect(second).toMatchObject({ method: "POST", path: "/moved", text: first?.text });
    expect(second?.headers.authorization).toBe("Bearer sk-secret");
  });

  it("follows one in a stream", async () => {
    wire.server.on("POST /moved", subject.scripts.streamed()).reply(redirect(307, `${wire.server.url}/moved`));
    expect((await collect(create().stream(input))).map(({ text }) => text).join("")).toBe("Hello there.");
  });

  it("does not turn a POST into a GET", async () => {
    wire.server.always(redirect(303, "/moved"));
    expect(await rejection(create().invoke(input))).toMatchObject({ name: "ServerError", status: 303 });
  });

  it("gives up on a circle", async () => {
    wire.server.always(redirect(307, "/again"));
    expect(await rejection(create().invoke(input))).toMatchObject({ name: "ServerError", status: 307 });
    expect(chatsOf(wire.server).length).toBeLessThan(6);
  });
});
