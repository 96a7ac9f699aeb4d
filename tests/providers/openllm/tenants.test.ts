import { beforeEach, expect, it } from "@jest/globals";
import { ChatOpenLLM, type ChatOpenLLMInput } from "../../../src/openllm.js";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import { completion } from "../../support/completions.js";
import { useWireServer } from "../../support/use_server.js";
import { json } from "../../support/wire_script.js";

const server = useWireServer();
beforeEach(forgetServers);

const response_format = {
  type: "json_schema",
  json_schema: { name: "a", schema: { type: "object", properties: { a: { type: "string" } } } },
};
const answer = json(200, completion({ content: '{"a":"b"}' }));
const ask = (prompt: string, fields: ChatOpenLLMInput = {}, options: object = {}) =>
  new ChatOpenLLM({ model: "m", baseURL: `${server.url}/v1`, maxRetries: 0, ...fields }).invoke(prompt, {
    response_format,
    ...options,
  });
const formats = () =>
  server.requests.map(({ json: body }) => (body as { response_format: { type: string } }).response_format.type);

const PROMPT = 'My log says:\n"response_format json_schema is not supported".\nWhat is that?';

it.each<[string, (prompt: string) => string]>([
  ["as it is", (prompt) => prompt],
  ["escaped", (prompt) => JSON.stringify(prompt)],
  ["cut", (prompt) => `${prompt.slice(0, 58)}...`],
  ["on one line", (prompt) => prompt.replaceAll(/\s+/g, " ")],
])("a prompt that a gateway repeats (%s) changes no later call", async (_, repeated) => {
  const from = server.requests.length;
  server.always(() => json(400, { error: { message: `Refused by policy: ${repeated(PROMPT)}` } }));
  await ask(PROMPT).catch(() => undefined);
  server.always(() => answer);
  await ask("Hi.");
  expect(formats().slice(from).at(-1)).toBe("json_schema");
});

it("what a server says itself is learnt, by each account for itself", async () => {
  const from = server.requests.length;
  const refusal = json(400, { error: { message: "response_format json_schema is not supported" } });
  server.always(({ json: body }) => (JSON.stringify(body).includes('"json_schema"') ? refusal : answer));
  const key = () => "token";
  const asked: number[] = [];
  for (const [fields, options] of [
    [{ apiKey: "one" }],
    [{ apiKey: "one" }],
    [{ apiKey: "two" }],
    [{ apiKey: "one" }, { headers: { authorization: "Bearer two" } }],
    [{ apiKey: "one" }, { headers: { "x-tenant": "three" } }],
    [{ apiKey: key }],
    // A function that is made anew for each request has learnt what the one before did.
    [{ apiKey: () => "token" }],
  ] as [ChatOpenLLMInput, object?][]) {
    const before = server.requests.length;
    await ask("Hi.", fields, options);
    asked.push(server.requests.length - before);
  }
  expect(asked).toEqual([2, 1, 2, 1, 2, 2, 1]);
  expect(server.requests.length - from).toBe(11);
});
