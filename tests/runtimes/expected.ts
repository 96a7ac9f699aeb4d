/** Part of a text. Jest's `toEqual` asks such objects, and so does the script that writes the table; it has no jest. */
class Says {
  constructor(private readonly words: string) {}

  asymmetricMatch(value: unknown): boolean {
    return typeof value === "string" && value.includes(this.words);
  }

  toString(): string {
    return `a text with "${this.words}"`;
  }
}

/** Whether an expectation is to be asked. */
export const isMatcher = (wanted: unknown): wanted is Says => wanted instanceof Says;

const says = (words: string): Says => new Says(words);

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

const nobody = { name: "ConnectionError", message: says("Is the server running, and is the base URL right?") };
const redirected = { name: "ServerError", message: says("Nothing was sent there.") };

/** What each check sees, by the check's name. */
export type Expected = Readonly<Record<string, unknown>>;

/** What every check of `job/checks.ts` sees, with whichever model, where there is nothing but the web's own. */
export const expected: Expected = {
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
  // Whether there was a connection is not said here, so the call may have spent something.
  "find nobody": { ...nobody, partial: "" },
  "be refused": {
    error: { name: "ServerError", message: says("answered 400 for model `test-model`: No such thing."), status: 400 },
    books: refused,
  },
  "be redirected": { error: { ...redirected, status: 307 }, books: refused },
  "call a tool": [{ name: "add", args: { a: 1, b: 2 } }],
  "name a call that came without an id": [true],
  "send bytes": "as base64",
  "book in memory": [{ outcome: "ok", cost: "0.000037" }],
  "keep to a budget": { fits: true, isBounded: true, denied: "BudgetExceededError", spent: "1" },
  "book in a file": { name: "MeteredError", message: says("A ledger in a file needs a runtime with files") },
  "track costs": { name: "MeteredError", message: says("`trackCosts` needs a runtime with `AsyncLocalStorage`") },
  // By its length it would be 3.
  "count tokens": 2,
  "find one class under all entries": [true, true, true, true],
  "run an agent on a budget": { texts: ["Why do tides come twice a day?", "", "3", "Hello there."], spent: "2" },
  // LangChain looks for the package while the program runs, and there is no folder of packages.
  "make a model by its name": { message: says("langchain-metered") },
  "write a row of FOCUS": true,
  "compare a ledger with a bill": { ok: false, billUsd: "1.5" },
  "answer as an object": { a: 1, b: 2 },
};

/** The same in a page, which is not told to where it was redirected, nor how. */
export const expectedInPage: Expected = { ...expected, "be redirected": { error: redirected, books: refused } };

/** The same where there is asynchronous context, and files that can only be read. */
export const expectedInWorker: Expected = {
  ...expected,
  "book in a file": { name: "MeteredError", message: says(".jsonl` cannot be written") },
  "track costs": books,
};

/** The same where there are files too, and failed connections have their code. */
export const expectedInOneFile: Expected = {
  ...expected,
  "find nobody": { ...nobody, code: "ECONNREFUSED" },
  "book in a file": 1,
  "track costs": books,
};

/** The same where packages are looked for while the program runs. */
export const expectedInProcess: Expected = { ...expectedInOneFile, "make a model by its name": "Hello there." };

/** The same in a route of Next, which bundles it too, on Node. */
export const expectedInNext: Expected = {
  ...expectedInOneFile,
  "make a model by its name": { message: says("too dynamic") },
};

/** The same on its edge runtime, which has no files, and lacks what LangGraph asks for. */
export const expectedInNextEdge: Expected = {
  ...expectedInNext,
  "book in a file": expected["book in a file"],
  "run an agent on a budget": says("AbortSignal.any is not a function"),
};

/** How many requests of one model its server sees given up: four streams and one that has not begun. */
export const givenUp = { stalls: 4, silence: 1 };
