import { Agent, get, type IncomingMessage } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { gate } from "./gate.js";
import { refusedUrl, startWireServer, type WireServer } from "./wire_server.js";
import { bytes, cut, hangUp, json, ndjson, redirect, reset, sse, stall, text, type Script } from "./wire_script.js";

let server: WireServer;

beforeEach(async () => {
  server = await startWireServer();
});

afterEach(() => server.close());

/** The code of the socket error under a rejected `fetch` or body read. */
async function socketErrorOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason as Error, // what fetch rejects with
  );
  const { cause } = error;
  // Not `instanceof Error`: Node's own errors are of another realm than jest's sandbox.
  if (typeof cause !== "object" || cause === null || !("code" in cause)) return error.message;
  // Node 24 gives what its HTTP parser refuses no code.
  return "name" in cause && cause.name === "HTTPParserError" ? cause.name : String(cause.code);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of response.setEncoding("utf8")) pieces.push(piece as string); // as the encoding says
  return pieces.join("");
}

describe("what a request leaves behind", () => {
  it("keeps method, path, headers and body", async () => {
    server.reply(json(200, {}));
    await fetch(`${server.url}/v1/chat?x=1`, { method: "POST", body: '{"a":"ż"}', headers: { "x-test": "yes" } });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/v1/chat?x=1", text: '{"a":"ż"}', json: { a: "ż" } });
    expect(request?.headers["x-test"]).toBe("yes");
    await request?.closed;
    expect(request?.aborted).toBe(false);
  });

  it("says that a body is no JSON by `undefined`", async () => {
    server.reply(json(200, {}));
    await fetch(server.url, { method: "POST", body: "{" });
    expect(server.requests[0]?.json).toBeUndefined();
  });

  it("says that the client left before the headers, and in the middle of the body", async () => {
    for (const script of [json(200, {}, { before: [stall] }), bytes(["part", stall], {})]) {
      server.reply(script);
      const { length } = server.requests;
      const leaving = new AbortController();
      const answer = fetch(server.url, { signal: leaving.signal }).then((response) => response.text());
      const request = await server.received(length + 1);
      leaving.abort();
      await expect(answer).rejects.toThrow("aborted");
      await request.closed;
      expect(request.aborted).toBe(true);
    }
    await server.idle();
    await server.when(({ openSockets }) => openSockets === 0);
  });

  it("says that the client left while it was behind with reading", async () => {
    server.reply(bytes([new Uint8Array(50_000_000), "more"], {}));
    const leaving = new AbortController();
    await fetch(server.url, { signal: leaving.signal });
    leaving.abort();
    const request = await server.received();
    await request.closed;
    expect(request.aborted).toBe(true);
  });

  it("does not count a fault of its own as the client's leaving", async () => {
    server.reply(hangUp());
    await socketErrorOf(fetch(server.url));
    const request = await server.received();
    await request.closed;
    expect(request.aborted).toBe(false);
  });
});

describe("which script answers", () => {
  it("takes the route, then the queue, then the default", async () => {
    server
      .on("GET /props", text(200, "route"))
      .reply(text(200, "first"), text(200, "second"))
      .always(text(200, "default"));
    const answers: string[] = [];
    for (const path of ["/a", "/props?x", "/b", "/c"]) answers.push(await (await fetch(server.url + path)).text());
    expect(answers).toEqual(["first", "route", "second", "default"]);
  });

  it("lets a function look at the request", async () => {
    server.always(({ json: body }) => json(200, { echoed: body }));
    const response = await fetch(server.url, { method: "POST", body: "[1]" });
    expect(await response.json()).toEqual({ echoed: [1] });
  });

  it("fails the test at the end when a request had no script", async () => {
    const strict = await startWireServer();
    expect((await fetch(`${strict.url}/x`)).status).toBe(400);
    await expect(strict.close()).rejects.toThrow("`GET /x`: no script");
  });
});

describe("what goes over the wire", () => {
  const cases: [name: string, script: Script, status: number, type: string, body: string][] = [
    ["json", json(404, { a: 1 }), 404, "application/json", '{"a":1}'],
    ["text", text(200, "<html>"), 200, "text/plain; charset=utf-8", "<html>"],
    ["events", sse([{ a: 1 }, ": ping\n\n"]), 200, "text/event-stream", 'data: {"a":1}\n\n: ping\n\ndata: [DONE]\n\n'],
    ["events, no end", sse([{ a: 1 }], { done: false, status: 500 }), 500, "text/event-stream", 'data: {"a":1}\n\n'],
    ["lines", ndjson([{ a: 1 }, "\n", { b: 2 }]), 200, "application/x-ndjson", '{"a":1}\n\n{"b":2}\n'],
  ];

  it.each(cases)("%s", async (_name, script, status, type, body) => {
    server.reply(script);
    const response = await fetch(server.url);
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      status,
      type,
      body,
    ]);
  });

  it("redirects", async () => {
    server.on("/from", redirect(307, "/to")).on("/to", text(200, "there"));
    expect(await (await fetch(`${server.url}/from`)).text()).toBe("there");
  });

  it("sends one piece at a time, when the test opens the gate", async () => {
    const half = gate();
    server.reply(bytes(["one", half, "two"], {}));
    const reader = (await fetch(server.url)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("one");
    await half.reached;
    half.open();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("two");
    expect((await reader?.read())?.done).toBe(true);
  });

  it("waits ahead of the headers", async () => {
    const ahead = gate();
    server.reply(json(200, {}, { before: [ahead] }));
    let answered = false;
    const response = fetch(server.url).then(() => (answered = true));
    await ahead.reached;
    expect(answered).toBe(false);
    ahead.open();
    await response;
  });

  it("answers a request that came while the answer before it on the connection was being ended", async () => {
    const ending = gate();
    server.reply(bytes(["first", ending], { "content-length": "5" }), text(200, "second"));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (): Promise<string> =>
      new Promise((resolve) => get(server.url, { agent }, (response) => void textOf(response).then(resolve)));
    expect(await ask()).toBe("first");
    const second = ask();
    await server.received(2);
    ending.open();
    expect(await second).toBe("second");
    expect(server.openSockets).toBe(1);
    agent.destroy();
  });
});

it("never ends an idle connection by itself, and promises no time after which it would", async () => {
  server.always(json(200, {}));
  const { headers } = await fetch(server.url);
  expect(headers.get("connection")).toBe("keep-alive");
  expect(headers.get("keep-alive")).toBeNull();
});

describe("what it can break", () => {
  const cases: [name: string, script: Script, code: string][] = [
    ["hangs up before the headers", hangUp(), "UND_ERR_SOCKET"],
    ["resets before the headers", hangUp(reset), "ECONNRESET"],
    ["hangs up in the body", sse([{ a: 1 }, cut]), "UND_ERR_SOCKET"],
    ["resets in the body", sse([{ a: 1 }, reset]), "ECONNRESET"],
    ["hangs up short of the announced length", bytes(["abc", cut], { "content-length": "9" }), "UND_ERR_SOCKET"],
    ["speaks no HTTP", json(200, {}, { before: ["SSH-2.0-OpenSSH\r\n", cut] }), "HTTPParserError"],
  ];

  it.each(cases)("%s", async (_name, script, code) => {
    server.reply(script);
    expect(await socketErrorOf(fetch(server.url).then((response) => response.text()))).toBe(code);
  });

  it("refuses connections", async () => {
    expect(await socketErrorOf(fetch(await refusedUrl()))).toBe("ECONNREFUSED");
  });

  it("refuses them at a port that no server on any port is given, however many begin", async () => {
    const servers = await Promise.all(Array.from({ length: 20 }, () => startWireServer()));
    const given = servers.map(({ url }) => Number(new URL(url).port));
    const refused = await Promise.all(Array.from({ length: 20 }, refusedUrl));
    expect(Math.max(...refused.map((url) => Number(new URL(url).port)))).toBeLessThan(Math.min(...given));
    await Promise.all(servers.map((each) => each.close()));
  });

  it("closes a connection that it had announced as kept alive", async () => {
    server.always(text(200, "", { after: [cut] }));
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) =>
      get(server.url, { agent }, (response) => response.resume().on("end", resolve)),
    );
    await server.when(({ openSockets }) => openSockets === 0);
    agent.destroy();
  });
});
