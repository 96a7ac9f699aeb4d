import type { AIMessageChunk } from "@langchain/core/messages";
import { Budget, CostCallbackHandler, JsonlLedger, costOf, readLedger, trackCosts } from "../../../src/index.js";
import { add, bookedInMemory, question, type Check } from "./check.js";
import { entryChecks } from "./entry_checks.js";
import { closedUrl, early, letGoOn, serverOf, waitingServerOf, withPassword } from "./models.js";
import type { Model } from "./models.js";
import { booksOf, errorOf, estimateOf } from "./report.js";

async function textsOf(stream: AsyncIterable<AIMessageChunk>): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of stream) if (chunk.text !== "") texts.push(chunk.text);
  return texts;
}

async function invoked(model: Model): Promise<unknown> {
  const answer = await model.invoke(question);
  const { usage_source: source } = answer.response_metadata;
  return {
    text: answer.text,
    source,
    usage: answer.usage_metadata,
    cost: costOf(answer)?.totalUsd,
    books: booksOf(model),
  };
}

/** Reads one chunk of an answer that goes no further by itself, and has something done then. */
async function interrupted(model: Model, then: () => unknown, signal?: AbortSignal): Promise<void> {
  for await (const chunk of await model.stream(question, { signal })) if (chunk.text !== "") await then();
}

/** All that is tried, under its name. */
export const checks: Readonly<Record<string, Check>> = {
  invoke: (subject) => invoked(subject.at(serverOf("answers"))),

  "invoke a model made while the module loads": (subject) => invoked(early.get(subject.name) ?? subject.at("")),

  "invoke with the runtime's own fetch as an option": (subject) =>
    invoked(subject.at(serverOf("answers"), { fetch: globalThis.fetch })),

  "invoke with a password in the URL": (subject) => {
    // Fireworks takes a key and nothing else.
    const isFireworks = subject.name === "ChatFireworks";
    const url = withPassword(serverOf(isFireworks ? "answers" : "password"));
    return invoked(subject.at(url, isFireworks ? {} : { apiKey: undefined }));
  },

  stream: async (subject) => {
    const model = subject.at(serverOf("answers"));
    return { texts: await textsOf(await model.stream(question)), books: booksOf(model) };
  },

  "stream slowly for longer than the idle limit": async (subject) => {
    const model = subject.at(serverOf("slow"), { idleTimeout: 2_000 });
    return { texts: await textsOf(await model.stream(question)), books: booksOf(model) };
  },

  "stream events": async (subject) => {
    const model = subject.at(serverOf("answers"));
    const seen: string[] = [];
    for await (const { event } of model.streamEvents(question, { version: "v2" })) seen.push(event);
    return { events: seen.filter((event) => event !== "on_chat_model_stream"), books: booksOf(model) };
  },

  "abort a stream": async (subject) => {
    const model = subject.at(serverOf("stalls"));
    const controller = new AbortController();
    const error = await errorOf(() =>
      interrupted(model, () => controller.abort(new Error("Enough.")), controller.signal),
    );
    return { error, books: estimateOf(model) };
  },

  "abort before an answer": async (subject) => {
    const url = waitingServerOf("silence", subject);
    const model = subject.at(url);
    const controller = new AbortController();
    void letGoOn(url).then(() => controller.abort());
    const error = await errorOf(() => model.invoke(question, { signal: controller.signal }));
    return { error, books: estimateOf(model) };
  },

  "leave a stream": async (subject) => {
    const model = subject.at(serverOf("stalls"));
    for await (const chunk of await model.stream(question)) if (chunk.text !== "") break;
    return estimateOf(model);
  },

  "leave an event stream": async (subject) => {
    const model = subject.at(serverOf("stalls"));
    const { signal } = new AbortController();
    for await (const { event } of model.streamEvents(question, { version: "v1", signal })) {
      if (event === "on_llm_stream") break;
    }
    return true;
  },

  "time out in a silent stream": async (subject) => {
    const model = subject.at(serverOf("stalls"), { idleTimeout: 200 });
    return { error: await errorOf(() => interrupted(model, () => {})), books: estimateOf(model) };
  },

  "break off": async (subject) => {
    const url = waitingServerOf("cut", subject);
    const model = subject.at(url);
    // Not before the text has been read: a browser forgets what nobody has read when the connection breaks.
    const { name, partial } = await errorOf(() => interrupted(model, () => letGoOn(url)));
    return { name, partial, books: estimateOf(model) };
  },

  "find nobody": async (subject) => errorOf(() => subject.at(closedUrl()).invoke(question)),

  "be refused": async (subject) => {
    const model = subject.at(serverOf("refuses"));
    return { error: await errorOf(() => model.invoke(question)), books: booksOf(model) };
  },

  "be redirected": async (subject) => {
    const model = subject.at(serverOf("redirects"));
    return { error: await errorOf(() => model.invoke(question)), books: booksOf(model) };
  },

  "call a tool": async (subject) => {
    const answer = await subject.at(serverOf("tools")).bindTools?.([add]).invoke(question);
    return answer?.tool_calls?.map(({ name, args }) => ({ name, args }));
  },

  "name a call that came without an id": async (subject) => {
    const { tool_calls: calls } = await subject.at(serverOf("tools")).invoke(question);
    return calls?.map(({ id }) => /^call_[0-9a-f]{8,24}$/.test(id ?? ""));
  },

  "send bytes": async (subject) => {
    const image = { type: "image", mimeType: "image/png", data: new Uint8Array([0, 255, 128, 7]) };
    const model = subject.at(serverOf("bytes"));
    return (await model.invoke([{ role: "user", content: [image] }])).text;
  },

  "book in memory": async (subject) => {
    const entries = await bookedInMemory(subject);
    return entries.map(({ outcome, cost }) => ({ outcome, cost: cost.usd }));
  },

  "keep to a budget": async (subject) => {
    const budget = new Budget({ limitCalls: 1, per: "day", timeZone: "Europe/Berlin" });
    const model = subject.at(serverOf("answers"));
    const config = { callbacks: [new CostCallbackHandler({ budget })] };
    const { fits, mostUsd } = await budget.quote(model, question, { maxOutputTokens: 1 });
    await model.invoke(question, config);
    const denied = await model.invoke(question, config).catch((error: Error) => error.name);
    await budget.flush();
    return { fits, isBounded: mostUsd !== undefined, denied, spent: (await budget.state()).spent };
  },

  "book in a file": async (subject) => {
    const entries = await bookedInMemory(subject);
    const path = `${subject.name}.jsonl`;
    const error = await errorOf(async () => entries.forEach((entry) => new JsonlLedger(path).record(entry)));
    return error.name === "none" ? (await readLedger(path)).entries.length : error;
  },

  "track costs": async (subject) => {
    let books: unknown;
    const error = await errorOf(async () => {
      const { costs } = await trackCosts(() => subject.at(serverOf("answers")).invoke(question));
      books = booksOf({ costs });
    });
    return books ?? error;
  },

  "count tokens": async (subject) => subject.at(serverOf("answers")).getNumTokens("Hello world"),

  ...entryChecks,
};
