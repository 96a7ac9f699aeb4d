import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { MeteredError } from "../../src/callbacks.js";
import { chunk } from "../support/completions.js";
import { useGuideServer } from "../support/guide_server.js";
import { testExamplesOf } from "../support/printed_examples.js";
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
    [
      "Tides are",
      "estimated",
      1,
      1,
      ["error", "StreamTruncatedError"],
      [expect.stringMatching(/^0\.00/), expect.stringMatching(/^0\.00/), expect.stringMatching(/^0\.00/)],
    ],
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
