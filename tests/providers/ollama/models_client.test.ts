import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { inspect } from "node:util";
import { ModelAbortError } from "@langchain/core/errors";
import { AsyncCaller } from "@langchain/core/utils/async_caller";
import { ConnectionError, ServerError, StreamTruncatedError } from "../../../src/base/errors.js";
import { listModels, pullModel, showModel, type OllamaServer } from "../../../src/providers/ollama/models_client.js";
import { stopUnlessRetryable } from "../../../src/transport/retry.js";
import { Transport } from "../../../src/transport/transport.js";
import { gate } from "../../support/gate.js";
import { recording, replay } from "../../support/recordings.js";
import { hangUp, json, ndjson, reset, text } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";
import { collect, rejection } from "../../wires/ollama/support.js";

let server: WireServer;
let target: OllamaServer;

beforeEach(async () => {
  server = await startWireServer();
  const caller = new AsyncCaller({ maxRetries: 2, onFailedAttempt: stopUnlessRetryable });
  target = {
    transport: new Transport({ caller }),
    baseURL: server.url,
    headers: { authorization: "Bearer k" },
    context: { server: "Ollama", model: "tiny" },
  };
  for (const method of ["log", "warn", "error"] as const) jest.spyOn(console, method);
});

afterEach(async () => {
  // The client of the `ollama` package prints what it cannot read.
  for (const method of ["log", "warn", "error"] as const) expect(jest.mocked(console[method])).not.toHaveBeenCalled();
  jest.restoreAllMocks();
  await server.close();
});

describe("what a server says to do harm", () => {
  it("is an error where it is nested deeper than can be written", async () => {
    server.reply(text(200, `{"models":${"[".repeat(100_000)}${"]".repeat(100_000)}}`));
    const error = await rejection(listModels(target, {}));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 200, body: expect.stringMatching(/^\{"models":\[{490}$/) });
  });

  it("has no key in it", async () => {
    const keyed = { ...target, headers: { authorization: "Bearer a-made-up-key" } };
    server.always(text(200, String.raw`{"error":"no \u0061-made-up-key, ${btoa("a-made-up-key")}"}`));
    for (const call of [() => listModels(keyed, {}), () => collect(pullModel(keyed, "tiny", {}))]) {
      const error = await rejection(call());
      expect(String(error)).toContain("no ***, ***");
      expect(inspect(error, { showHidden: true })).not.toContain("made-up");
    }
  });
});

describe("showModel", () => {
  it("asks for the model with our headers and no others that tell of us", async () => {
    server.reply(replay(recording("ollama", "show")));
    expect(await showModel(target, "tiny", {})).toMatchObject({ capabilities: ["completion", "tools", "thinking"] });
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/api/show", json: { model: "tiny" } });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: "Bearer k",
      "content-type": "application/json",
      "user-agent": "node",
    });
  });

  it("gives the server's words when there is no such model", async () => {
    server.reply(replay(recording("ollama", "show-missing")));
    const error = await rejection(showModel(target, "nope", {}));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 404, message: expect.stringContaining("model 'nope' not found") });
  });

  it("tries again when the connection breaks before an answer", async () => {
    server.reply(hangUp(), json(200, { capabilities: [] }));
    expect(await showModel(target, "tiny", {})).toEqual({ capabilities: [] });
    expect(server.requests).toHaveLength(2);
  });

  it("refuses a page, and prints nothing", async () => {
    server.reply(replay(recording("ollama", "root")));
    await expect(showModel(target, "tiny", {})).rejects.toThrow(
      "Ollama sent a line that is no JSON object: `Ollama is running`.",
    );
  });
});

describe("listModels", () => {
  it("gives the models that there are", async () => {
    server.reply(replay(recording("ollama", "tags")));
    expect(await listModels(target, {})).toMatchObject([{ name: "tiny:latest", size: 98_363_960 }]);
    expect(server.requests[0]).toMatchObject({ method: "GET", path: "/api/tags" });
  });

  it("stops at an abort", async () => {
    const closed = gate();
    server.reply(json(200, {}, { before: [closed] }));
    const controller = new AbortController();
    const listed = rejection(listModels(target, { signal: controller.signal }));
    await closed.reached;
    controller.abort();
    expect(ModelAbortError.isInstance(await listed)).toBe(true);
    await server.idle();
    expect(server.requests[0]?.aborted).toBe(true);
  });
});

describe("pullModel", () => {
  const progress = [
    { status: "pulling manifest" },
    { status: "pulling abc", digest: "sha256:abc", total: 9, completed: 4 },
    { status: "success" },
  ];

  it("yields the progress", async () => {
    server.reply(ndjson(progress));
    expect(await collect(pullModel(target, "tiny", {}))).toEqual(progress);
    expect(server.requests[0]).toMatchObject({ path: "/api/pull", json: { name: "tiny", stream: true } });
  });

  it("hands insecure on", async () => {
    server.reply(ndjson(progress));
    await collect(pullModel(target, "tiny", { insecure: true }));
    expect(server.requests[0]?.json).toEqual({ name: "tiny", stream: true, insecure: true });
  });

  it.each<[string, unknown[], abstract new (...fields: never[]) => Error, string]>([
    [
      "the registry cannot be reached, with status 200",
      [{ status: "pulling manifest" }, { error: "pull model manifest: dial tcp: lookup registry" }],
      ServerError,
      "Ollama failed for model `tiny`: pull model manifest: dial tcp: lookup registry",
    ],
    [
      "it just ends",
      [{ status: "pulling manifest" }],
      StreamTruncatedError,
      "Ollama stopped pulling `tiny` before it was done. Pull again to go on.",
    ],
    [
      "it ends in the middle of a line",
      [{ status: "pulling manifest" }, '{"status":"pull'],
      StreamTruncatedError,
      "Ollama stopped pulling `tiny` before it was done. Pull again to go on.",
    ],
    [
      "there is garbage in it",
      [{ status: "pulling manifest" }, "oops\n"],
      ServerError,
      "Ollama sent a line that is no JSON object: `oops`.",
    ],
  ])("fails when %s", async (_, lines, type, message) => {
    server.reply(ndjson(lines));
    const error = await rejection(collect(pullModel(target, "tiny", {})));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
  });

  it("fails when the connection breaks in the middle, and does not start again by itself", async () => {
    server.reply(ndjson([{ status: "pulling manifest" }, reset]));
    const error = await rejection(collect(pullModel(target, "tiny", {})));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(server.requests).toHaveLength(1);
  });

  it("ends at an abort", async () => {
    const closed = gate();
    server.reply(ndjson([progress[0], closed, ...progress]));
    const controller = new AbortController();
    const pulled = rejection(collect(pullModel(target, "tiny", { signal: controller.signal })));
    await closed.reached;
    controller.abort();
    expect(ModelAbortError.isInstance(await pulled)).toBe(true);
    await server.idle();
    expect(server.requests[0]?.aborted).toBe(true);
  });

  it("ends when its reader leaves", async () => {
    server.reply(ndjson([progress[0], gate(), ...progress]));
    for await (const { status } of pullModel(target, "tiny", {})) {
      expect(status).toBe("pulling manifest");
      break;
    }
    await server.idle();
    expect(server.requests[0]?.aborted).toBe(true);
  });
});
