import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { build } from "esbuild";
import { docExamples, runExample, type DocExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { useGuideServer } from "../support/guide_server.js";

const TIDES = "Tides are the sea rising and falling as the Moon pulls at it.";
const certificate = resolve("tests/fixtures/tls/certificate.pem");
const tls = { cert: readFileSync(certificate), key: readFileSync("tests/fixtures/tls/key.pem") };

const server = useGuideServer();
const [ofCertificate, ofProcess, ofModel, ofGateway, ...others] = docExamples("docs/connections.md");
/** What the forward proxy was asked to connect to. */
const connected: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "connections-"));
const forward = createServer().on("connect", ({ url = "" }, client) => {
  connected.push(url);
  const [host = "", port] = url.split(":");
  const target = connect(Number(port), host, () => client.write("HTTP/1.1 200 OK\r\n\r\n"));
  client.on("error", () => target.destroy()).pipe(target);
  target.on("error", () => client.destroy()).pipe(client);
});
const secure = createTlsServer(tls, (request, response) => void relay(request, response));
let proxy: string;
let address: string;

/** Hands a request on to the server that speaks http. */
async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const piece of request) body += String(piece);
  const headers = { "content-type": "application/json" };
  const answer = await fetch(server.url + (request.url ?? ""), { method: "POST", headers, body });
  response.writeHead(answer.status, headers).end(await answer.text());
}

async function portOf(listening: Server): Promise<number> {
  await new Promise<void>((listens) => listening.listen(0, "127.0.0.1", listens));
  return (listening.address() as AddressInfo).port; // it listens on TCP
}

beforeAll(async () => {
  proxy = `http://127.0.0.1:${await portOf(forward)}`;
  address = `https://127.0.0.1:${await portOf(secure)}/v1`;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  secure.closeAllConnections();
  secure.close();
  forward.close();
});

/** Runs an example here, with some variables, and what is here in the place of what it names. Returns what it printed. */
async function printed(example: DocExample | undefined, environment: Record<string, string>): Promise<unknown[]> {
  const restore = overrideEnvironment(/^$/, environment);
  const values: unknown[] = [];
  const { title = "", code = "" } = example ?? {};
  const own = code
    .replace("/etc/ssl/company.pem", certificate)
    .replace("https://gateway.example/fireworks", server.url);
  try {
    await runExample({ title, code: own }, (value) => values.push(value));
  } finally {
    restore();
  }
  return values;
}

/** Runs code in a process of its own, whose variables Node reads when it starts. Returns what it printed. */
async function printedAlone(code: string, environment: Record<string, string>): Promise<string> {
  writeFileSync(join(folder, "app.ts"), code);
  const outfile = join(folder, "app.mjs");
  const alias = { "langchain-metered/openllm": resolve("src/openllm.ts") };
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({
    entryPoints: [join(folder, "app.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
    alias,
    banner,
    nodePaths: [resolve("node_modules")],
  });
  const env = { ...process.env, NO_PROXY: "", ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { env });
  return stdout.trim();
}

describe("the examples of docs/connections.md", () => {
  it("are those that are tried here", () => {
    expect([ofGateway?.title, others]).toEqual(["docs/connections.md: A gateway (4)", []]);
  });

  it("a certificate for one model", async () => {
    expect(await printed(ofCertificate, { OPENLLM_BASE_URL: address })).toEqual([TIDES]);
  });

  it("a certificate for the whole process", async () => {
    const code = `import { ChatOpenLLM } from "langchain-metered/openllm";
      const model = new ChatOpenLLM("qwen3-8b", { maxRetries: 0 });
      await model.invoke("What are tides?").then(({ text }) => console.log(text), ({ code }) => console.log(code));`;
    const environment = { OPENLLM_BASE_URL: address };
    expect(await printedAlone(code, environment)).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(await printedAlone(code, { ...environment, NODE_EXTRA_CA_CERTS: certificate })).toBe(TIDES);
  });

  it("a proxy for the whole process, and an address that does not go through it", async () => {
    connected.length = 0;
    const code = ofProcess?.code ?? "";
    expect(await printedAlone(code, { HTTP_PROXY: proxy })).toBe(TIDES);
    expect(connected).toEqual([new URL(server.url).host]);
    expect(await printedAlone(code, { HTTP_PROXY: proxy, NO_PROXY: "127.0.0.1" })).toBe(TIDES);
    expect(connected).toHaveLength(1);
  });

  it("a proxy for one model", async () => {
    connected.length = 0;
    expect(await printed(ofModel, { MODEL_PROXY: proxy })).toEqual([TIDES]);
    expect(connected).toEqual([new URL(server.url).host]);
  });

  it("a gateway is told what it wants to know", async () => {
    expect(await printed(ofGateway, { GATEWAY_KEY: "secret" })).toEqual([TIDES, 0]);
    expect(server.requests.at(-1)?.headers).toMatchObject({ "x-gateway-key": "secret", "x-gateway-tenant": "ann" });
  });
});
