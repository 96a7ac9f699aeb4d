import { expect } from "@jest/globals";

const books = {
  calls: 1,
  estimatedCalls: 0,
  abortedCalls: 0,
  errorCalls: 0,
  openCalls: 0,
  // 23 tokens at 1 USD a million and 7 at 2.
  costUsd: "0.000037",
};
const { costUsd: _, ...counts } = books;
const estimate = { ...counts, estimatedCalls: 1, hasCost: true };
const refused = { ...books, errorCalls: 1, costUsd: "0" };
const answer = {
  text: "Hello there.",
  source: "server",
  usage: { input_tokens: 23, output_tokens: 7, total_tokens: 30 },
  cost: "0.000037",
  books,
};
const says = (words: string): unknown => expect.stringContaining(words);

/** What every check of `job/checks.ts` sees, with whichever model and in whichever runtime. */
export const expected: Readonly<Record<string, unknown>> = {
  invoke: answer,
  "invoke a model made while the module loads": answer,
  "invoke with the runtime's own fetch as an option": answer,
  "invoke with a password in the URL": answer,
  stream: { texts: ["Hel", "lo ", "there."], books },
  "stream slowly for longer than the idle limit": {
    texts: Array.from({ length: 24 }, (__, index) => `${index} `),
    books,
  },
  "stream events": { events: ["on_chat_model_start", "on_chat_model_end"], books },
  // As from fetch: who aborts is given back what was aborted with.
  "abort a stream": { error: { name: "Error", message: "Enough." }, books: { ...estimate, abortedCalls: 1 } },
  "abort before an answer": {
    error: { name: "ModelAbortError", message: "The call was aborted.", partial: "" },
    books: { ...estimate, abortedCalls: 1 },
  },
  "leave a stream": estimate,
  "leave an event stream": true,
  "time out in a silent stream": {
    error: { name: "CallTimeoutError", message: says("stopped for 200 ms"), limit: "idle", partial: "Hel" },
    books: { ...estimate, errorCalls: 1 },
  },
  "break off": { name: "ConnectionError", partial: "Hel", books: { ...estimate, errorCalls: 1 } },
  "find nobody": {
    name: "ConnectionError",
    message: says("Is the server running, and is the base URL right?"),
    partial: "",
  },
  "be refused": {
    error: { name: "ServerError", message: says("answered 400 for model `test-model`: No such thing."), status: 400 },
    books: refused,
  },
  "be redirected": {
    error: expect.objectContaining({ name: "ServerError", message: says("Nothing was sent there.") }),
    books: refused,
  },
  "call a tool": [{ name: "add", args: { a: 1, b: 2 } }],
  "name a call that came without an id": [true],
  "send bytes": "as base64",
  "book in memory": [{ outcome: "ok", cost: "0.000037" }],
  "keep to a budget": { fits: true, isBounded: true, denied: "BudgetExceededError", spent: "1" },
  "book in a file": { name: "MeteredError", message: says("A ledger in a file needs a runtime with files") },
  "track costs": { name: "MeteredError", message: says("`trackCosts` needs a runtime with `AsyncLocalStorage`") },
  "count tokens": 5,
};

/** The same where there is something of Node: asynchronous context, and files that can only be read. */
export const expectedWithNode: typeof expected = {
  ...expected,
  "book in a file": { name: "MeteredError", message: says("The ledger `usage.jsonl` cannot be written") },
  "track costs": books,
};

/** How many requests of one model its server sees given up: four streams and one that has not begun. */
export const givenUp = { stalls: 4, silence: 1 };
