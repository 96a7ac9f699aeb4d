import { describe, expect, it } from "@jest/globals";
import { inspect } from "node:util";
import type { AIMessage } from "@langchain/core/messages";
import fc from "fast-check";
import "../support/property_seed.js";
import { CostCallbackHandler, MemoryLedger } from "../../src/callbacks.js";
import { MeteredError } from "../../src/base/errors.js";
import { expectOneRun } from "../support/runs.js";
import { bytes } from "../support/wire_script.js";
import { paths, prepare, type Path } from "./paths.js";
import { messageOf, useServer } from "./server.js";
import { subjects, type Subject } from "./subjects.js";

/** Bodies of any bytes. Whatever they are, a call comes to an answer or to an error of ours, and is booked once. */
const wire = useServer();

const KEY = "sk-made/up+key-of-a-test";
/** The key as a server may repeat it, as JSON: itself, in a sentence, and in the forms in which it is found. */
const REPEATED = [
  JSON.stringify(KEY),
  JSON.stringify(`Bad key: Bearer ${KEY}`),
  `"${KEY.replaceAll("/", String.raw`\/`)}"`,
  JSON.stringify(encodeURIComponent(KEY)),
  JSON.stringify(btoa(KEY)),
];
const LEAKED = /made\\*\/up|made%2Fup|c2stbWFkZS91cCtr/i;

/** Names that are read, and names that every object has. */
const NAMES = [
  ..."choices message delta content tool_calls function arguments name index id usage prompt_tokens type text".split(
    " ",
  ),
  ..."completion_tokens prompt_eval_count eval_count logprobs finish_reason done done_reason error detail code".split(
    " ",
  ),
  ..."model thinking reasoning_content created status_code total_duration response images audio refusal".split(" "),
  ..."__proto__ constructor toString valueOf hasOwnProperty toJSON then length".split(" "),
];
const name = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom("x".repeat(20_000), KEY) },
);
const leaf = fc.oneof(
  fc.constantFrom("null", "true", "false", "0", "-1", "1e308", "3", "0.5", '""', '"stop"', '"tool_calls"', '"length"'),
  fc.constantFrom('"Hi"', '"{}"', '"<think>"', '"</think>a"', '"<tool_call>"', '"\\ud83d"', '"assistant"', '"f"'),
  fc.constantFrom(...REPEATED),
  fc.string({ unit: "binary", maxLength: 6 }).map((text) => JSON.stringify(text)),
);
const objectOf = (value: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(name, value), { maxLength: 5 })
    .map((fields) => `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${each}`).join()}}`);
/** JSON as a text, since objects would not hold what a text can: a name twice, and `__proto__`. */
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    leaf,
    objectOf(tie("value")),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join()}]`),
  ),
}));

/** What a server sends, but for one thing or two. */
function nearly({ name: subject }: Subject): fc.Arbitrary<string> {
  const message = fc.oneof(
    value,
    fc.tuple(name, value).map(([key, each]) => `{"role":"assistant","content":"Hi",${JSON.stringify(key)}:${each}}`),
    value.map((each) => `{"content":"","tool_calls":[{"id":"a","function":{"name":"f","arguments":${each}}}]}`),
  );
  const beside = fc.tuple(name, value).map(([key, each]) => `${JSON.stringify(key)}:${each}`);
  if (subject === "ChatOllamaLite")
    return fc
      .tuple(message, fc.constantFrom('"done":true', '"done":false', '"done":1'), beside)
      .map(([said, done, more]) => `{"model":"m","message":${said},${done},${more},"eval_count":4}`);
  return fc
    .tuple(fc.constantFrom("delta", "message"), message, fc.constantFrom('"stop"', "null", "7"), beside)
    .map(
      ([kind, said, reason, more]) =>
        `{"model":"m","choices":[{"index":0,"${kind}":${said},"finish_reason":${reason}}],${more}}`,
    );
}

const FRAMES: readonly ((event: string) => string)[] = [
  (event) => `data: ${event}\n\n`,
  (event) => `${event}\n`,
  (event) => event,
  (event) => `event: error\ndata: ${event}\r\n\r\n`,
];
/** Lines that are none, and bytes that are no UTF-8. */
const NOISE: readonly Uint8Array[] = [
  ..."x\n|data: x\n|{\n|\r|: \n|data: [DONE]\n\n|<html>|\n\n"
    .split("|")
    .map((line) => Buffer.from(line.repeat(line.includes("DONE") ? 1 : 400))),
  Buffer.from(`data: no ${KEY}\n\n`),
  Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x0a),
  Uint8Array.of(0xf0, 0x9f),
];
const noise = fc.oneof(fc.constantFrom(...NOISE), fc.uint8Array({ maxLength: 20 }));

const bodyOf = (subject: Subject) =>
  fc
    .tuple(
      fc.array(fc.oneof(nearly(subject), value), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...FRAMES),
      fc.option(noise),
      fc.option(noise),
      fc.option(fc.nat({ max: 300 })),
    )
    .map(([events, frame, before, after, cutAt]) => {
      const framed = Buffer.from(events.map(frame).join(""));
      // Nothing follows where it breaks off: a server that sends its key in parts is another matter.
      const rest = cutAt === null ? [framed, after ?? Buffer.of()] : [framed.subarray(0, cutAt)];
      return Buffer.concat([before ?? Buffer.of(), ...rest]);
    });

const TYPES = ["application/json", "text/event-stream", "application/x-ndjson", "text/html", ""];
const WAYS = new Set(["invoke", "invoke, v1 output", "invoke, a handler prefers stream events", "stream"]);
const ways = paths.filter((path) => WAYS.has(path.name));

/** All that a log may take of an error, but for what the model said before it. */
function shown(error: MeteredError): string {
  const { response_metadata: metadata } = error.partialOutput ?? {};
  error.partialOutput = undefined;
  return [
    inspect(error, { depth: 20, showHidden: true }),
    JSON.stringify(error),
    String(error),
    metadata?.usage_estimate,
  ]
    .map((each) => (typeof each === "string" ? each : JSON.stringify(each)))
    .join("\n");
}

async function askOnce(subject: Subject, path: Path) {
  const ledger = new MemoryLedger();
  const costs = new CostCallbackHandler({ ledger, onWarning: () => undefined });
  const fields = { apiKey: KEY, costs, idleTimeout: 20_000, firstByteTimeout: 20_000 };
  const { handler, go } = prepare(path, (more) => subject.create(wire.server.url, { ...more, ...fields }));
  const error: unknown = await go().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, run: expectOneRun(handler), costs, ledger };
}

describe.each(subjects)("$name: a body of any bytes", (subject) => {
  it.each(ways)("is an answer or an error of ours, and booked once: $name", async (path) => {
    await fc.assert(
      fc.asyncProperty(
        bodyOf(subject),
        fc.constantFrom(...TYPES),
        fc.constantFrom(200, 200, 200, 400, 500),
        async (body, type, status) => {
          wire.server.always(bytes([body], type === "" ? {} : { "content-type": type }, { status }));
          const { error, run, costs, ledger } = await askOnce(subject, path);

          expect(ledger.entries).toHaveLength(1);
          expect(costs.totals).toMatchObject({ openCalls: 0, calls: 1 });
          expect(run.last.type).toBe(error === undefined ? "end" : "error");
          if (error === undefined) {
            const message: AIMessage = messageOf(run);
            expect(message.usage_metadata?.total_tokens).toBeGreaterThanOrEqual(0);
            expect(Object.getPrototypeOf(message.additional_kwargs)).toBe(Object.prototype);
          } else {
            expect(error).toBeInstanceOf(MeteredError);
            if (error instanceof MeteredError) expect(shown(error)).not.toMatch(LEAKED);
          }
          expect(Object.keys(Object.prototype)).toEqual([]);
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });
});
