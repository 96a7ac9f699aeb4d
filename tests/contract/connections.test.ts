import { createServer as createTlsServer } from "node:https";
import { createServer, type RequestListener, type Server } from "node:http";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { Agent, fetch as undiciFetch, ProxyAgent, type Dispatcher } from "undici";
import type { ConnectionError } from "../../src/base/errors.js";
import type { MeteredChatModel } from "../../src/models/metered_chat_model.js";
import type { MeteredChatModelInput } from "../../src/models/options.js";
import { cut, hangUp, reset, type Fault } from "../support/wire_script.js";
import { refusedUrl } from "../support/wire_server.js";
import { collect, rejection } from "./paths.js";
import { useServer } from "./server.js";
import { subjects, type Subject } from "./subjects.js";

const wire = useServer();
const input = "Say hello.";
/** Of nobody, for `localhost` and 127.0.0.1. */
const tls = {
  cert: readFileSync("tests/fixtures/tls/certificate.pem"),
  key: readFileSync("tests/fixtures/tls/key.pem"),
};
const pricing = { inputUsdPerMillion: "1", outputUsdPerMillion: "1" };
const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The user's own fetch, through some dispatcher. */
const through =
  (dispatcher: Dispatcher): MeteredChatModelInput["fetch"] =>
  (url, init) =>
    undiciFetch(url, { ...init, dispatcher } as never);

/** A forward proxy that answers each CONNECT with a status of its own. */
async function refusingProxy(status: string): Promise<string> {
  const proxy = createServer();
  proxy.on("connect", (_, socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
  return `http://${await listen(proxy)}`;
}

const calls: [string, (model: MeteredChatModel) => Promise<unknown>][] = [
  ["invoke", (model) => model.invoke(input)],
  ["stream", (model) => collect(model.stream(input))],
];

describe.each(subjects)("$name: a connection that is none", (subject: Subject) => {
  const create = (url: string, fields: MeteredChatModelInput = {}) =>
    subject.create(url, { pricing, maxRetries: 2, ...fields });

  describe.each(calls)("%s", (_, call) => {
    /** Fails at once, and the books have nothing. */
    async function obstacle(model: MeteredChatModel): Promise<ConnectionError> {
      const error = await rejection(call(model));
      expect(error).toMatchObject({ name: "ConnectionError", reached: false });
      expect(getRetryable(error)).toBe(false);
      expect(error.partialOutput).toBeUndefined();
      expect(model.costs.totals).toMatchObject({ inputTokens: 0, outputTokens: 0, costUsd: "0" });
      return error as ConnectionError;
    }

    it("a certificate that nobody vouches for", async () => {
      const asked: string[] = [];
      const answer: RequestListener = (request, response) => (asked.push(request.url ?? ""), response.end());
      const host = await listen(createTlsServer(tls, answer));
      const error = await obstacle(create(`https://${host}`));
      expect(error.code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
      expect(error.message).toContain("`NODE_EXTRA_CA_CERTS=ca.pem`");
      expect(asked).toEqual([]);
    });

    it("https to a server that speaks http", async () => {
      const error = await obstacle(create(wire.server.url.replace("http:", "https:")));
      expect(error.message).toContain("write `http://`");
      expect(wire.server.requests).toEqual([]);
    });

    it.each(["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])(
      "a forward proxy that refuses: %s",
      async (status) => {
        const dispatcher = new ProxyAgent({ uri: await refusingProxy(status), requestTls: { ca: tls.cert } });
        const error = await obstacle(create("https://127.0.0.1:9443", { fetch: through(dispatcher) }));
        expect(error.message).toMatch(/Proxy response \(\d+\).*forward proxy refused/);
        await dispatcher.close();
      },
    );

    it("a port that fetch sends nothing to", async () => {
      const error = await obstacle(create("http://127.0.0.1:9"));
      expect(error.message).toContain("sends nothing to this port");
    });

    it("a forward proxy that is not there is named by its own address", async () => {
      const proxy = await refusedUrl();
      const dispatcher = new ProxyAgent(proxy);
      const model = create("http://127.0.0.1:9443", { fetch: through(dispatcher), maxRetries: 0 });
      const error = await rejection(call(model));
      expect(error.message).toContain(new URL(proxy).host);
      expect(error.message).toContain("is a forward proxy set");
      expect(error).toMatchObject({ reached: false });
      expect(getRetryable(error)).toBe(true);
      expect(model.costs.totals).toMatchObject({ inputTokens: 0, costUsd: "0" });
      await dispatcher.close();
    });
  });

  it("answers through a `fetch` that knows the certificate", async () => {
    wire.server.always(subject.scripts.whole());
    const relay: RequestListener = (request, response) => {
      const target = new URL(request.url ?? "", wire.server.url);
      void collectBody(request)
        .then((body) => fetch(target, { method: "POST", headers: { "content-type": "application/json" }, body }))
        .then(async (answer) => {
          response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
          response.end(await answer.text());
        });
    };
    const host = await listen(createTlsServer(tls, relay));
    const dispatcher = new Agent({ connect: { ca: tls.cert } });
    const answer = await create(`https://${host}`, { fetch: through(dispatcher) }).invoke(input);
    expect(answer.text).toBe("Hello there.");
    await dispatcher.close();
  });

  it.each<[string, Fault, Record<string, string>]>([
    ["is reset", reset, {}],
    ["is closed before the length that was announced", cut, { "content-length": "99999" }],
  ])("an answer in one piece that has come is one, also when its connection %s", async (_, fault, more) => {
    const whole = subject.scripts.whole();
    const { "content-length": _length, ...headers } = whole.headers;
    wire.server.reply({ ...whole, headers: { ...headers, ...more }, steps: [...whole.steps, fault] });
    const model = create(wire.server.url, { maxRetries: 0 });
    expect((await model.invoke(input)).text).toBe("Hello there.");
    expect(model.costs.totals).toMatchObject({ errorCalls: 0, estimatedCalls: 0 });
    wire.server.reply({ ...whole, headers, steps: [...whole.steps.slice(0, -1), "{", fault] });
    expect(await rejection(model.invoke(input))).toMatchObject({ name: "ConnectionError" });
  });

  it("an answer that broke off says so", async () => {
    wire.server.always(subject.scripts.streamed([{ text: "Hel" }, reset], { ended: false }));
    const error = await rejection(collect(create(wire.server.url, { maxRetries: 0 }).stream(input)));
    expect(error.message).toMatch(/^The answer from `http.*` broke off \(\w+\)\.$/);
    expect(error).toMatchObject({ name: "ConnectionError", reached: true });
    expect(error.partialOutput).toBeDefined();
  });

  it("is retryable, and may have cost, where the server hung up", async () => {
    wire.server.always(hangUp(reset));
    const model = create(wire.server.url, { maxRetries: 0 });
    const error = await rejection(model.invoke(input));
    expect(error).toMatchObject({ name: "ConnectionError", reached: true });
    expect(getRetryable(error)).toBe(true);
    expect(model.costs.totals.estimatedCalls).toBe(1);
  });
});

async function collectBody(request: AsyncIterable<Buffer>): Promise<string> {
  let body = "";
  for await (const piece of request) body += piece.toString();
  return body;
}
