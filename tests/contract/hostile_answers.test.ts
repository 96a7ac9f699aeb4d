import { describe, expect, it } from "@jest/globals";
import type { AIMessage } from "@langchain/core/messages";
import { CostCallbackHandler, MemoryLedger } from "../../src/callbacks.js";
import { expectOneRun } from "../support/runs.js";
import { text, type Script } from "../support/wire_script.js";
import { paths, prepare } from "./paths.js";
import { useServer } from "./server.js";
import { subjects, type Subject } from "./subjects.js";

/** Answers that no honest server gives. Whatever they do to their reader, they are paid for. */
const wire = useServer();

const USED = { input_tokens: 3000, output_tokens: 4000, total_tokens: 7000 };
const DEPTH = 20_000;
const deepObject = `${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`;
const deepList = "[".repeat(DEPTH) + "]".repeat(DEPTH);
/** A list under the names that every object has, and one that makes another object of it. */
const OWN_NAMES = '"toString":[1],"constructor":[1],"valueOf":[1],"hasOwnProperty":[1],"__proto__":[1]';

/** What an answer has beside its usage, as the JSON of a message and of the rest of its choice. */
interface Hostile {
  message: string;
  beside?: string;
}

const calling = (args: string): Hostile => ({
  message: `"content":"","tool_calls":[{"id":"call_1","function":{"name":"pay","arguments":${args}}}]`,
});

/** One answer in the bytes of a subject's wire. */
function scriptOf({ name }: Subject, { message, beside = '"x":1' }: Hostile, streams: boolean): Script {
  const isOllama = name === "ChatOllamaLite";
  const inMessage = `{"role":"assistant",${message}}`;
  if (isOllama) {
    const counts = '"done":true,"done_reason":"stop","prompt_eval_count":3000,"eval_count":4000';
    return text(200, `{"model":"m","message":${inMessage},${beside},${counts}}\n`, {
      headers: { "content-type": streams ? "application/x-ndjson" : "application/json" },
    });
  }
  const choice = `{"index":0,"${streams ? "delta" : "message"}":${inMessage},${beside},"finish_reason":"stop"}`;
  const usage = '"usage":{"prompt_tokens":3000,"completion_tokens":4000,"total_tokens":7000}';
  const answer = `{"model":"m","choices":[${choice}],${usage}}`;
  return streams
    ? text(200, `data: ${answer}\n\ndata: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } })
    : text(200, answer, { headers: { "content-type": "application/json" } });
}

const ANSWERS: [string, Hostile][] = [
  [
    "log probabilities under the names of every object",
    { message: '"content":"a"', beside: `"logprobs":{"content":[],${OWN_NAMES}}` },
  ],
  ["fields under the names of every object", { message: `"content":"a",${OWN_NAMES}`, beside: OWN_NAMES }],
  ["a call whose arguments are an object nested very deep", calling(deepObject)],
  ["a call whose arguments are a list nested very deep", calling(deepList)],
  ["a call whose arguments are a text nested very deep", calling(JSON.stringify(deepObject))],
  [
    "a field of its own nested very deep",
    { message: `"content":"a","own":${deepObject}`, beside: `"own":${deepObject}` },
  ],
  ["a content nested very deep", { message: `"content":${deepList}` }],
];

describe.each(subjects)("$name: an answer that does harm", (subject) => {
  describe.each(ANSWERS)("%s", (_, hostile) => {
    it.each(paths)("ends its run with the server's usage: $name", async (path) => {
      wire.server.reply(scriptOf(subject, hostile, path.streams));
      const ledger = new MemoryLedger();
      const costs = new CostCallbackHandler({ ledger, onWarning: () => undefined });
      const { handler, go } = prepare(path, (fields) => subject.create(wire.server.url, { ...fields, costs }));
      // What LangChain itself makes of it is its own affair.
      await go().catch(() => undefined);
      const { last } = expectOneRun(handler);
      const message =
        last.type === "end"
          ? (last.output.generations[0]?.[0] as { message?: AIMessage } | undefined)?.message
          : (last.error as { partialOutput?: AIMessage }).partialOutput;
      expect(message?.usage_metadata).toMatchObject(USED);
      expect(ledger.entries).toMatchObject([{ usage: { source: "server", inputTokens: 3000, outputTokens: 4000 } }]);
      expect(costs.totals).toMatchObject({ openCalls: 0, calls: 1, inputTokens: 3000, outputTokens: 4000 });
      await wire.server.idle();
    });
  });

  it.each(ANSWERS.filter(([name]) => name.includes("nested very deep") && name.includes("call")))(
    "makes an invalid call of %s",
    async (_, hostile) => {
      wire.server.always(({ json }) => scriptOf(subject, hostile, (json as { stream?: boolean }).stream === true));
      for (const streaming of [false, true]) {
        const message = await subject.create(wire.server.url, { streaming }).invoke("Hi");
        expect(message.tool_calls).toEqual([]);
        expect(message.invalid_tool_calls).toMatchObject([{ name: "pay" }]);
      }
    },
  );
});
