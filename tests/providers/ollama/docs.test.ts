import { describe, expect, it } from "@jest/globals";
import { overrideEnvironment } from "../../support/environment.js";
import { docExamples, runExample } from "../../support/doc_examples.js";
import { recording, replay } from "../../support/recordings.js";
import type { Reply } from "../../support/wire_server.js";
import { json, ndjson } from "../../support/wire_script.js";
import { Bench, last } from "../../wires/ollama/support.js";

const bench = new Bench();
const PAGE = "docs/ollama.md";

const answer = (message: object): Reply => json(200, last({}, { ...message }));

/** What each example's model is answered, and what the example prints. */
const EXAMPLES: [chat: Reply | undefined, printed: unknown[]][] = [
  [
    answer({ content: "The sea rises and falls." }),
    ["The sea rises and falls.", { input_tokens: 7, output_tokens: 3, total_tokens: 10 }, "0"],
  ],
  [answer({ thinking: "s-t-r-a-w...", content: "Three." }), ["s-t-r-a-w...", "Three."]],
  [answer({ content: '{"name":"get_weather","arguments":{"city":"Oslo"}}' }), [{ city: "Oslo" }]],
  [answer({ content: '{"name":"Pacific","depth":4280}' }), ["Pacific"]],
  [undefined, [2048, true, "tiny:latest", "pulling manifest", "success"]],
];

describe(`the examples of ${PAGE}`, () => {
  const examples = docExamples(PAGE);

  it("are as many as are checked here", () => {
    expect(examples).toHaveLength(EXAMPLES.length);
  });

  it.each(examples.map((example, position) => ({ ...example, position })))(
    "$title runs",
    async ({ position, ...example }) => {
      const [chat, expected] = EXAMPLES[position] ?? [undefined, []];
      bench.server
        .on("/api/show", replay(recording("ollama", "show")))
        .on("/api/tags", replay(recording("ollama", "tags")))
        .on("/api/pull", ndjson([{ status: "pulling manifest" }, { status: "success" }]));
      if (chat) bench.server.reply(chat);
      const restore = overrideEnvironment(/^OLLAMA_/, { OLLAMA_HOST: bench.server.url });
      const printed: unknown[] = [];
      await runExample(example, (value) => printed.push(value));
      restore();
      expect(printed).toEqual(expected);
    },
  );
});
