import { describe, expect, it } from "@jest/globals";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { json, type Script } from "../support/wire_script.js";
import { WireServer } from "../support/wire_server.js";
import { failure } from "../support/completions.js";
import { behind, RecordingGate } from "./recording_gate.js";
import { subjects, type Subject } from "./subjects.js";

// Classes wait for a second and longer before they try again: all of them do so at once.

const ways: Readonly<Record<string, (model: BaseChatModel) => Promise<unknown>>> = {
  invoke: (model) => model.invoke("Hi"),
  stream: async (model) => {
    for await (const _ of await model.stream("Hi"));
  },
};
const retried = subjects.filter(({ triesOnce }) => triesOnce !== true);
const FAILING = json(500, { error: { message: "it failed, once it had answered" } });

/** What each class sends and is charged, asked all at once of a server of its own. */
async function billsOf(
  replies: (subject: Subject) => Script[],
  ask: (model: BaseChatModel) => Promise<unknown>,
  maxRetries: number,
): Promise<Record<string, unknown>> {
  const bills = retried.map(async (subject) => {
    const server = await new WireServer(subject.answer).reply(...replies(subject)).listen();
    const gate = new RecordingGate({ maxOutputTokens: 77 });
    try {
      await ask(behind(subject.model(server.url, { maxRetries }), gate)).catch(() => undefined);
      const attempts = gate.records.map(({ call }) => call.attempt);
      return [subject.name, { requests: server.requests.length, attempts, bill: gate.bill }] as const;
    } finally {
      await server.close();
    }
  });
  return Object.fromEntries(await Promise.all(bills));
}

/** The same of each class. */
function ofEach(bill: object): Record<string, unknown> {
  return Object.fromEntries(retried.map(({ name }) => [name, bill]));
}

describe.each(Object.entries(ways))("%s", (_, ask) => {
  it("holds anew for each attempt after one whose answer was lost, and charges that one whole", async () => {
    const bills = await billsOf(() => [FAILING], ask, 1);
    expect(bills).toEqual(ofEach({ requests: 2, attempts: [0, 1], bill: ["held", "0.00178"] }));
  });

  it("sends as many requests as the class would, each of them admitted", async () => {
    const bills = await billsOf(() => [FAILING, FAILING, FAILING], ask, 1);
    expect(bills).toEqual(ofEach({ requests: 2, attempts: [0, 1], bill: ["held", "held"] }));
  });

  it("charges nothing for a request that was refused", async () => {
    const refusal = json(400, { error: { message: "no such field" } });
    const bills = await billsOf(() => [refusal], ask, 1);
    expect(bills).toEqual({
      ...ofEach({ requests: 1, attempts: [0], bill: ["0"] }),
      // Its errors have no status: it tries again itself, and nobody can tell that nothing was spent.
      ChatXAIResponses: { requests: 2, attempts: [0, 1], bill: ["held", "0.00178"] },
    });
  });
});

it("sends no attempt that is denied", async () => {
  const server = await new WireServer().reply(FAILING).listen();
  const [{ model } = {}] = subjects;
  if (model === undefined) throw new Error("there is no class");
  const denial = new Error("denied");
  const gate = new RecordingGate({
    denies: ({ attempt }) => (attempt > 0 ? Object.assign(denial, { status: 402 }) : undefined),
  });
  const error = await failure(behind(model(server.url, { maxRetries: 3 }), gate).invoke("Hi"));
  expect(error).toBe(denial);
  expect({ requests: server.requests.length, bill: gate.bill }).toEqual({ requests: 1, bill: ["held"] });
  await server.close();
});

it("tries again as often as a call asks for, and no SDK does besides", async () => {
  const anthropic = subjects.find(({ name }) => name === "ChatAnthropic");
  const server = await new WireServer(FAILING).listen();
  const gate = new RecordingGate();
  const model = behind(anthropic?.model(server.url) as BaseChatModel, gate); // it is listed
  await failure(model.invoke("Hi", { maxRetries: 1 }));
  expect({ requests: server.requests.length, bill: gate.bill }).toEqual({ requests: 2, bill: ["held", "held"] });
  await server.close();
});
