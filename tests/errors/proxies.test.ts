import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import * as z from "zod";
import { ChatOllamaLite, ChatOpenLLM, MeteredError } from "../../src/index.js";
import { sse, text } from "../support/wire_script.js";
import { startWireServer, type WireServer } from "../support/wire_server.js";

let server: WireServer;
beforeAll(async () => void (server = await startWireServer()));
afterAll(() => server.close());

const page = (status: number, html: string) => text(status, html, { headers: { "content-type": "text/html" } });
const nginx = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n`;
const login = '<html><head><title>Sign in</title></head><body><form><input type="password"></form></body></html>';

const openllm = () => new ChatOpenLLM("m", { baseURL: `${server.url}/v1`, maxRetries: 0 });
const ollama = () => new ChatOllamaLite("m", { baseURL: server.url, maxRetries: 0 });

async function saidBy(act: Promise<unknown>): Promise<string> {
  const error: unknown = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(MeteredError.isInstance(error)).toBe(true);
  return (error as Error).message.replace(/\n\nTroubleshooting URL:[^]*$/, "").replaceAll(server.url, "http://host");
}

describe("a proxy's page", () => {
  it.each<[string, number, string, string]>([
    [
      "nginx', that the request is too large",
      413,
      nginx("413 Request Entity Too Large"),
      "413 Request Entity Too Large nginx/1.22.1. nginx before the server takes no request of this size: raise its `client_max_body_size`, or send less.",
    ],
    [
      "nginx', that the server took too long",
      504,
      nginx("504 Gateway Time-out"),
      "504 Gateway Time-out nginx/1.22.1. nginx waited no longer for the server: raise its `proxy_read_timeout`, or stream the answer.",
    ],
    [
      "nginx', that there is no server",
      502,
      nginx("502 Bad Gateway"),
      "502 Bad Gateway nginx/1.22.1. nginx reached no server behind it: is that one running, and does it listen where nginx's `proxy_pass` says?",
    ],
    [
      "nginx', that it wants no more requests",
      503,
      nginx("503 Service Temporarily Unavailable"),
      "503 Service Temporarily Unavailable nginx/1.22.1. nginx before the server refuses it: look at its `limit_req` and `limit_conn`, and whether a server behind it is up.",
    ],
    [
      "nginx', that the headers are too large",
      400,
      "<html><head><title>400 Request Header Or Cookie Too Large</title></head><body><h1>400 Bad Request</h1>Request Header Or Cookie Too Large<hr>nginx</body></html>",
      "400 Bad Request Request Header Or Cookie Too Large nginx. nginx takes no headers of this size: raise its `large_client_header_buffers`, or send fewer `headers`.",
    ],
    [
      "Cloudflare's, that it waits for a browser",
      403,
      "<!DOCTYPE html><html><head><title>Just a moment...</title><style>*{margin:0}</style></head><body><noscript>Enable JavaScript and cookies to continue</noscript><script>x()</script></body></html>",
      "Just a moment... Enable JavaScript and cookies to continue. Cloudflare before the server wants to see a browser: let programs pass there, or use an address that does not lead through it.",
    ],
    [
      "a load balancer's",
      504,
      "<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway Time-out</h1></body></html>",
      "504 Gateway Time-out. A proxy before the server waited no longer: raise its time-out, or stream the answer.",
    ],
  ])("%s, is in the error as it reads", async (_, status, html, said) => {
    server.always(page(status, html));
    const message = `The server at \`http://host/v1\` answered ${status} for model \`m\`: ${said}`;
    expect(await saidBy(openllm().invoke("Hi."))).toBe(message);
  });

  it("in the place of an answer is in the error as it reads", async () => {
    server.always(page(200, login));
    expect(await saidBy(openllm().invoke("Hi."))).toBe(
      "The server at `http://host/v1` answered 200 with a login page: `Sign in`. Is the base URL that of the API (it often ends with `/v1`)?",
    );
    server.always(page(200, `<html>\n<body>\n${login}`));
    expect(await saidBy(ollama().invoke("Hi."))).toMatch(/ sent a login page: `Sign in`\. Is it Ollama's address\?$/);
  });
});

describe("structured output that does not come", () => {
  const schema = z.object({ city: z.string(), days: z.array(z.number()) });
  const said = (content: string) =>
    sse([{ choices: [{ index: 0, delta: { content }, finish_reason: "stop" }], model: "m" }]);
  const asking = (name?: string) =>
    new ChatOpenLLM("m", { baseURL: `${server.url}/v1`, maxRetries: 0, forcedTools: "off", streaming: true })
      .withStructuredOutput(schema, name === undefined ? {} : { name })
      .invoke("Which city?");

  it("is told in the words of who asked for it", async () => {
    server.always(said("Rome, of course."));
    expect(await saidBy(asking())).toMatch(
      /^The model gave no structured output: it should have called the tool that `withStructuredOutput` makes of the schema, and answered `Rome, of course\.`\. `method: "jsonSchema"` asks for JSON instead of a call\./,
    );
  });

  it("is told by its name, where it has one", async () => {
    server.always(said("Rome, of course."));
    expect(await saidBy(asking("Trip"))).toMatch(/^The model gave no structured output `Trip`: /);
  });

  it("says where the answer does not follow the schema", async () => {
    server.always(said('{"city":"Rome","days":[1,"two"]}'));
    const model = new ChatOpenLLM("m", { baseURL: `${server.url}/v1`, maxRetries: 0, streaming: true });
    const asked = model.withStructuredOutput(schema, { method: "jsonMode" }).invoke("Which city?");
    expect(await saidBy(asked)).toBe(
      "The answer does not follow the schema: `days.1`: Invalid input: expected number, received string",
    );
  });
});
