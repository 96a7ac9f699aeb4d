import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { recording, recordingFiles, recordings, replay, type Recording } from "./recordings.js";
import { startWireServer, type WireServer } from "./wire_server.js";

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer();
});

afterAll(() => server.close());

/** Asks the wire server for a recorded answer as the recorded client did. */
async function exchange({ request }: Recording): Promise<Response> {
  const { method, path, body, raw } = request;
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return fetch(server.url + path, { method, body: sent, redirect: "manual" });
}

describe.each(recordingFiles)("%s", (file) => {
  const all = recordings(file);

  it("has cases with unique names, a request and a body in pieces", () => {
    expect(new Set(all.map((each) => each.case)).size).toBe(all.length);
    for (const { request, response } of all) {
      expect([typeof request.method, typeof request.path, typeof response.status]).toEqual([
        "string",
        "string",
        "number",
      ]);
      expect(response.chunks.every((chunk) => typeof chunk === "string")).toBe(true);
    }
  });

  it("is played back byte for byte", async () => {
    for (const each of all.filter(({ response }) => !response.cutByClient)) {
      server.reply(replay(each));
      const response = await exchange(each);
      expect(response.status).toBe(each.response.status);
      expect(response.headers.get("content-type") ?? undefined).toBe(each.response.headers["content-type"]);
      expect(await response.text()).toBe(each.response.chunks.join(""));
    }
  });
});

describe("replay", () => {
  it("sends the same bytes in random pieces", async () => {
    const unicode = recording("llama.cpp", "unicode-stream");
    const script = replay(unicode, { split: 7 });
    expect(script.steps.length).toBeGreaterThan(unicode.response.chunks.length);
    server.reply(script);
    expect(await (await fetch(server.url)).text()).toBe(unicode.response.chunks.join(""));
  });

  it("cuts where the recording stops because its client had left", async () => {
    server.reply(replay(recording("llama.cpp", "stream-cut-by-client")));
    const response = await fetch(server.url);
    await expect(response.text()).rejects.toThrow("terminated");
  });

  it("keeps a redirect on the replaying server", () => {
    expect(replay(recording("vllm-0.32", "trailing-slash")).headers["location"]).toBe("/v1/chat/completions");
  });

  it("names the file and the case that it does not have", () => {
    expect(() => recording("ollama", "nope")).toThrow("`ollama.jsonl` has no case `nope`");
  });
});
