import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import { ask, failure, modelOf, saying } from "../../support/completions.js";
import { hangUp, json, redirect, text } from "../../support/wire_script.js";
import { startWireServer, type WireServer } from "../../support/wire_server.js";

let server: WireServer;

beforeAll(async () => {
  server = await startWireServer(saying("Hello"));
});

beforeEach(() => {
  forgetServers();
  server.always(saying("Hello"));
});

afterAll(() => server.close());

describe("base URLs: what the user wrote is made to work, once", () => {
  const unknown = json(404, { detail: "Not Found" });
  const rows: [written: string, serves: string, tries: string[]][] = [
    ["", "/v1", ["/v1/chat/completions"]],
    ["/", "/v1", ["/v1/chat/completions"]],
    ["/v1", "/v1", ["/v1/chat/completions"]],
    ["/v1/", "/v1", ["/v1/chat/completions"]],
    ["/v1/chat/completions", "/v1", ["/v1/chat/completions"]],
    ["/openai/v1", "/openai/v1", ["/openai/v1/chat/completions"]],
    ["", "/openai/v1", ["/v1/chat/completions", "/openai/v1/chat/completions"]],
    ["/openai", "/openai/v1", ["/openai/chat/completions", "/v1/chat/completions", "/openai/v1/chat/completions"]],
    ["/gpu7", "/gpu7/v1", ["/gpu7/chat/completions", "/gpu7/v1/chat/completions"]],
    ["/v1", "", ["/v1/chat/completions", "/openai/v1/chat/completions", "/chat/completions"]],
  ];

  it.each(rows)("`%s` for a server at `%s`", async (written, serves, tries) => {
    server.always((request) => (request.path === `${serves}/chat/completions` ? saying("Hello")(request) : unknown));
    const before = server.requests.length;
    const fields = { baseURL: server.url + written };
    for (let call = 0; call < 2; call++) expect((await ask(modelOf(server, fields), "whole")).text).toBe("Hello");
    expect(server.requests.slice(before).map(({ path }) => path)).toEqual([...tries, `${serves}/chat/completions`]);
    const answer = await ask(modelOf(server, fields), "stream");
    expect(answer.response_metadata).toMatchObject({ usage_source: "server" });
  });

  it.each([
    ["Ollama's", text(404, "404 page not found\n")],
    ["llama.cpp's", json(404, { error: { code: 404, message: "File Not Found", type: "not_found_error" } })],
    ["FastAPI's for a method", json(405, { detail: "Method Not Allowed" })],
    ["LM Studio's, with 200", json(200, { error: "Unexpected endpoint or method. (POST /gpu7/chat/completions)" })],
    [
      "a web interface, with 200",
      text(200, "<!doctype html><html></html>", { headers: { "content-type": "text/html" } }),
    ],
  ])("in %s words", async (_name, words) => {
    server.always((request) => (request.path.startsWith("/gpu7/v1/") ? saying("Hello")(request) : words));
    const message = await ask(modelOf(server, { baseURL: `${server.url}/gpu7` }), "whole");
    expect(message).toMatchObject({
      text: "Hello",
      usage_metadata: { total_tokens: 15 },
      response_metadata: { usage_source: "server" },
    });
  });

  it("none of them works: the error is that of the URL as it was written", async () => {
    server.always(json(404, { detail: "Not Found" }));
    expect(await failure(ask(modelOf(server), "whole"))).toMatchObject({
      status: 404,
      url: `${server.url}/v1/chat/completions`,
      message: expect.stringContaining("Is the base URL that of the API (it often ends with `/v1`)?"),
    });
  });

  it.each([
    ["breaks", hangUp()],
    ["fails", json(500, { error: "oops" })],
  ])("what was said of the URL as it was written stays, when a guess %s", async (_name, script) => {
    server.always(({ path }) => (path === "/v1/chat/completions" ? json(404, { detail: "Not Found" }) : script));
    expect(await failure(ask(modelOf(server), "whole"))).toMatchObject({ status: 404 });
  });

  it("what the API itself says at a guessed URL is what counts", async () => {
    server.always(({ path }) =>
      path === "/openai/v1/chat/completions"
        ? json(401, { error: "Unauthorized" })
        : json(404, { detail: "Not Found" }),
    );
    expect(await failure(ask(modelOf(server), "whole"))).toMatchObject({ status: 401 });
  });

  it("a redirect within the server is followed, to another it is not", async () => {
    server.reply(redirect(307, "/v1/other")).always(saying("Hello"));
    expect((await ask(modelOf(server), "whole")).text).toBe("Hello");
    server.always(redirect(307, "http://127.0.0.2:1/v1/chat/completions"));
    await expect(ask(modelOf(server), "whole")).rejects.toThrow("redirects (307) to `http://127.0.0.2:1`");
  });
});
