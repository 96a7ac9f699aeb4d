import { beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ServerError } from "../../../src/base/errors.js";
import { forgetServers } from "../../../src/providers/openllm/negotiate/knowledge.js";
import { Quotations } from "../../../src/providers/openllm/negotiate/quotations.js";
import { offenceOf } from "../../../src/providers/openllm/negotiate/refusals.js";
import { useWorkCounter } from "../../support/work.js";

beforeEach(forgetServers);

const counter = useWorkCounter();
const said = (message: string) => new ServerError(message, { status: 400 });
const format = { type: "json_schema", json_schema: { name: "a", schema: { type: "object" }, strict: true } };
const parameters = { type: "object", properties: { a: { type: "string" } } };

/** A request with everything that a server may take offence at. */
const asking = (prompt: string, more: object = {}) => ({
  model: "m",
  messages: [
    { role: "system", content: "Answer in JSON." },
    { role: "user", content: prompt },
  ],
  tools: [{ type: "function", function: { name: "f", strict: true, parameters } }],
  tool_choice: "required",
  response_format: format,
  parallel_tool_calls: true,
  ...more,
});

const PHRASES = [
  "response_format json_schema is not supported",
  "roles must alternate user and assistant",
  "System role not supported",
  "parallel_tool_calls: Extra inputs are not permitted",
  "the strict mode is unknown",
  "failed to parse grammar",
  "deepseek does not support this tool_choice",
];

const ESCAPED: [string, (text: string) => string][] = [
  ["as it is", (text) => text],
  ["as JSON", (text) => JSON.stringify(text)],
  ["as JSON in JSON", (text) => JSON.stringify(JSON.stringify(text))],
  [
    "with all escaped that is no letter",
    (text) => text.replace(/[^a-z]/gi, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ],
  ["as in an address", encodeURIComponent],
  ["as HTML", (text) => text.replaceAll('"', "&quot;").replaceAll("'", "&#39;").replaceAll("\n", "<br>")],
  ["on one line", (text) => text.replace(/\s+/g, " ")],
  ["without blanks at all", (text) => text.replace(/\s+/g, "")],
  ["in capitals", (text) => text.toUpperCase()],
  ["by Python", (text) => `'${text.replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`],
];

const CUT: [string, (text: string) => string][] = [
  ["whole", (text) => text],
  ["cut at its end", (text) => `${text.slice(0, -7)}...`],
  ["cut at its beginning", (text) => `...${text.slice(7)}`],
];

describe.each(PHRASES)("a prompt that says: %s", (phrase) => {
  const prompts = [
    phrase,
    `${phrase}\n\n"Why is that?" asked my server's owner, and I did not know.`,
    `My server's log has this line:\n\t"${phrase}"\nWhat does it mean?`,
    `What does it mean when a log says\r\n'${phrase}'`,
  ];

  it.each(ESCAPED)("teaches nothing when it is repeated %s", (_, escape) => {
    for (const prompt of prompts)
      for (const [, cut] of CUT) {
        const error = said(`The request was refused by policy 7: ${escape(cut(prompt))}`);
        expect(offenceOf(error, asking(prompt))?.isCertain ?? false).toBe(false);
      }
  });

  it("hides no refusal of the server's own in other words", () => {
    const error = said("top: stream_options: Extra inputs are not permitted");
    const body = { ...asking(phrase), stream: true, stream_options: { include_usage: true } };
    expect(offenceOf(error, body)).toEqual({ concession: "stream_options", isCertain: true });
  });
});

describe("what else a user names", () => {
  const phrase = "json_schema not supported";
  it.each<[string, object]>([
    ["a tool", { tools: [{ type: "function", function: { name: phrase, parameters } }] }],
    ["a tool's words", { tools: [{ type: "function", function: { name: "f", description: phrase, parameters } }] }],
    [
      "a property",
      { tools: [{ type: "function", function: { name: "f", parameters: { properties: { [phrase]: {} } } } }] },
    ],
    [
      "a value",
      { tools: [{ type: "function", function: { name: "f", parameters: { properties: { a: { enum: [phrase] } } } } }] },
    ],
    ["a schema", { response_format: { type: "json_schema", json_schema: { ...format.json_schema, name: phrase } } }],
    ["the model", { model: phrase }],
    ["the user", { user: phrase }],
    ["a part of a message", { messages: [{ role: "user", content: [{ type: "text", text: phrase }] }] }],
    [
      "arguments of a call",
      { messages: [{ role: "assistant", tool_calls: [{ function: { name: "f", arguments: `{"a":"${phrase}"}` } }] }] },
    ],
  ])("teaches nothing: %s", (_, more) => {
    expect(offenceOf(said(`Cannot do that with ${phrase}.`), asking("Hi.", more))).toBeUndefined();
  });
});

it("a short word that a prompt has too may be the server's own: it holds for the call, and is not learnt", () => {
  const error = said("body.tools.0.function.strict: Extra inputs are not permitted");
  expect(offenceOf(error, asking("Be kind."))).toEqual({ concession: "strict", isCertain: true });
  expect(offenceOf(error, asking("Be strict with me."))).toEqual({ concession: "strict", isCertain: false });
});

it("a prompt that completes what the server says teaches nothing", () => {
  const error = said("Refused the json_schema request 'not supported by anyone'");
  expect(offenceOf(error, asking("not supported by anyone"))?.isCertain ?? false).toBe(false);
});

it("finds the longest part that two texts have in common", () => {
  // Each letter is a word, so that none is cut.
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "1"), maxLength: 60 });
  fc.assert(
    fc.property(letters, letters, (words, prompt) => {
      const marked = new Quotations([...words].join(" "), { messages: [prompt] }).own;
      const isQuoted = (at: number) =>
        Array.from({ length: 20 }, (_, back) => words.slice(Math.max(0, at - back), at - back + 20)).some(
          (part) => part.length === 20 && prompt.includes(part),
        );
      const own = [...words].filter((_, at) => !isQuoted(at)).join("");
      expect(marked.replace(/[^a-z0-9]/g, "")).toBe(own);
    }),
    { numRuns: 500 },
  );
});

it("takes time in proportion to the prompt, whatever it repeats", async () => {
  const words = said(`${"a".repeat(4_000)} json_schema ${"ab".repeat(2_000)}`);
  const growth = await counter.growth(
    (size) => offenceOf(words, asking(`${"a".repeat(size)}${"ab".repeat(size)}`)),
    5_000,
  );
  expect(growth).toBeLessThan(12);
});
