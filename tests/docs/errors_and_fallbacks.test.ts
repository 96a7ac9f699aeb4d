import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { getRetryable } from "@langchain/core/errors";
import { MeteredError } from "../../src/callbacks.js";
import { ChatFireworks } from "../../src/index.js";
import { chunk } from "../support/completions.js";
import { useGuideServer } from "../support/guide_server.js";
import { testExamplesOf } from "../support/page_examples.js";
import { tableUnder } from "../support/page_tables.js";
import { json, sse, stall, type Script } from "../support/wire_script.js";

const PAGE = "docs/errors-and-fallbacks.md";
const server = useGuideServer();

const refused = (status: number, code: string) => json(status, { error: { message: "Not now", code } });

/** What Fireworks does in each example, in the page's order. */
const ANSWERS: Script[] = [
  refused(404, "NOT_FOUND"),
  sse([chunk({ content: "Tides are" })], { done: false }),
  sse([chunk({ content: "Tides are" }), stall]),
  refused(503, "OVERLOADED"),
  refused(503, "OVERLOADED"),
];
let example = 0;

testExamplesOf(
  PAGE,
  [
    [404, "NOT_FOUND", "MODEL_NOT_FOUND"],
    ["Tides are", "estimated", 1, 1, ["error", "StreamTruncatedError"], ["0.0000006", "0.0000036", "0.00061905"]],
    ["call", 100, true],
    [
      "llama3.2",
      "fireworks/accounts/fireworks/models/minimax-m3p1-flash: 1 calls, 1 failed, $0",
      "ollama/llama3.2: 1 calls, 0 failed, $0",
    ],
    ["llama3.2", 2, 1],
  ],
  (same) => {
    const answer = ANSWERS[example++];
    if (answer) server.on("POST /v1/chat/completions", answer);
    return same;
  },
);

/** The classes of errors that an entry point exports. */
async function errorClassesOf(entry: string): Promise<string[]> {
  const exported: Record<string, unknown> = await import(`../../src/${entry.replace(".ts", ".js")}`);
  const isOurs = (value: unknown) =>
    value === MeteredError || Object.prototype.isPrototypeOf.call(MeteredError, Object(value));
  return Object.keys(exported).filter((name) => isOurs(exported[name]));
}

it("the table of errors has every class that the package exports, and no other", async () => {
  const entries = readdirSync("src").filter((name) => name.endsWith(".ts"));
  const classes = new Set((await Promise.all(entries.map(errorClassesOf))).flat());
  const rows = [...readFileSync(PAGE, "utf8").matchAll(/^\| `(\w+Error)` \|/gm)].map(([, name]) => name);
  expect(new Set(rows)).toEqual(classes);
});

/** The numbers in a text; "520 to 524" stands for all five. */
function statusesIn(text: string): number[] {
  return [...text.matchAll(/(\d{3})(?: to (\d{3}))?/g)].flatMap(([, first = "", last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, more) => Number(first) + more),
  );
}

/** What becomes of a call to which a server answers with an error. */
async function failed(status: number, headers: Record<string, string> = {}, message = "Not now") {
  let requests = 0;
  server.on("POST /v1/chat/completions", () => {
    requests += 1;
    return json(status, { error: { message } }, { headers: { "retry-after": "0", ...headers } });
  });
  const model = new ChatFireworks("accounts/fireworks/models/minimax-m3p1-flash", { maxTokens: 5, maxRetries: 1 });
  const error: unknown = await model.invoke("What are tides?").catch((thrown: unknown) => thrown);
  const hasCost = MeteredError.isInstance(error) && error.partialOutput !== undefined;
  return { isRetried: requests === 2, isRetryable: getRetryable(error), hasCost };
}

it("the page names every status that is tried again, and every one that may have cost something", async () => {
  const [row = []] = tableUnder(PAGE, "Which are tried again");
  const said = /A (408, [^]*?) is no refusal/.exec(readFileSync(PAGE, "utf8"))?.[1] ?? "";
  const retried: number[] = [];
  const retryable: number[] = [];
  const charged: number[] = [];
  for (let status = 400; status < 600; status++) {
    // Of these two `fetch` says no status: the first is a proxy's, and after the second it asks again itself.
    if (status === 407 || status === 421) continue;
    const { isRetried, isRetryable, hasCost } = await failed(status);
    if (isRetried) retried.push(status);
    if (isRetryable) retryable.push(status);
    if (hasCost) charged.push(status);
  }
  expect(retried).toEqual(statusesIn(row[0] ?? ""));
  expect(retryable).toEqual(retried);
  expect(charged).toEqual(statusesIn(said));
});

it.each([
  ["a long `Retry-After`", 503, { "retry-after": "61" }, "Not now", { isRetried: false, isRetryable: true }],
  ["a quota", 429, { "retry-after": "61" }, "Your quota is used up", { isRetried: false, isRetryable: false }],
  ["`x-should-retry: false`", 503, { "x-should-retry": "false" }, "Not now", { isRetried: false, isRetryable: false }],
  ["`x-should-retry: true`", 400, { "x-should-retry": "true" }, "Not now", { isRetried: true, isRetryable: true }],
])("the table of retries is right on %s", async (_, status, headers, message, expected) => {
  expect(await failed(status, headers, message)).toEqual({ ...expected, hasCost: false });
});
