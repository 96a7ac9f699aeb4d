import { describe, expect, it } from "@jest/globals";
import { ServerError } from "../../../src/base/errors.js";
import { baseUrlCandidates, isMissingRoute, serverRoot } from "../../../src/providers/openllm/negotiate/base_urls.js";

describe("base URLs", () => {
  it.each([
    ["http://h:8000", ["http://h:8000/v1", "http://h:8000/openai/v1", "http://h:8000"]],
    ["http://h:8000/v1", ["http://h:8000/v1", "http://h:8000/openai/v1", "http://h:8000"]],
    ["http://h/openai/v1", ["http://h/openai/v1", "http://h/v1", "http://h"]],
    ["http://h/gpu7", ["http://h/gpu7", "http://h/gpu7/v1", "http://h/gpu7/openai/v1"]],
    ["http://h/v1/chat/completions", ["http://h/v1", "http://h/openai/v1", "http://h"]],
    ["http://h/v1/models", ["http://h/v1", "http://h/openai/v1", "http://h"]],
  ])("%s", (url, candidates) => {
    expect(baseUrlCandidates(url)).toEqual(candidates);
  });

  it.each([
    ["http://h:8000/v1", "http://h:8000"],
    ["http://h/openai/v1", "http://h"],
    ["http://h/gpu7/v1", "http://h/gpu7"],
    ["http://h", "http://h"],
  ])("the server of %s is at %s", (url, root) => {
    expect(serverRoot(url)).toBe(root);
  });
});

describe("a path that is not there, and not a model", () => {
  const rows: [status: number | undefined, body: string, missing: boolean, url?: string][] = [
    [404, "", true],
    [404, '{"detail":"Not Found"}', true],
    [404, "404 page not found", true],
    [404, '{"error":{"message":"File Not Found","type":"not_found_error","code":404}}', true],
    [404, "Cannot POST /chat/completions", true],
    [404, "<html>nginx</html>", true],
    [405, '{"detail":"Method Not Allowed"}', true],
    [404, '{"error":{"message":"The model `x` does not exist.","type":"NotFoundError"}}', false],
    [404, '{"error":{"message":"model \\"nope\\" not found, try pulling it first"}}', false],
    [200, "<html>UI</html>", true, "http://h"],
    [200, "<html>sign in</html>", false, "http://h/v1"],
    [undefined, '{"error":"Unexpected endpoint or method. (POST /v1)"}', true],
    [undefined, '{"error":"out of memory"}', false],
    [400, "Not Found", false],
    [500, "", false],
  ];

  it.each(rows)("%p %s: %p", (status, body, missing, ...[url = "http://h/v1"]) => {
    expect(isMissingRoute(new ServerError("x", { status, body }), url)).toBe(missing);
  });
});
