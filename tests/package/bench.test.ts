import { describe, expect, it } from "@jest/globals";
import { run } from "./consumer.js";

/** Here and not beside the other tests, since a bench measures the build. */
describe("npm run bench", () => {
  it("prints a table of the jobs that are asked for, with what is aimed at", () => {
    const printed = run("npm", ["run", "bench", "--", "burst", "invoke", "--rounds", "1", "--share", "0.01"], ".");
    const lines = printed.slice(printed.indexOf("Ratios")).trim().split("\n");
    const classes = [
      "fetch (OpenAI)",
      "ChatOpenAICompletions",
      "ChatFireworks",
      "ChatOpenLLM",
      "fetch (Ollama)",
      "ChatOllama",
      "ChatOllamaLite",
    ];
    expect(lines).toHaveLength(2 + 2 * classes.length);
    expect(lines[1]).toMatch(/^job +class +figure +ratio +aim$/);
    for (const [index, name] of [...classes, ...classes].entries()) {
      expect(lines[index + 2]).toContain(`  ${name}  `);
      expect(lines[index + 2]).toMatch(/ \d+\.\d us a (event|call) +\d+\.\d\d( +\d\.\d\d +(met|missed))?$/);
    }
    expect(lines[4]).toMatch(/ 0\.30 +(met|missed)$/);
  });

  it("names the jobs where one is asked for that does not exist", () => {
    expect(() => run("npm", ["run", "bench", "--", "speed"], ".")).toThrow(
      "There is no job `speed`. The jobs are burst, packets, tokens, events, events-v2, invoke, history, tools, first, heap, imports, bundle.",
    );
  });
});
