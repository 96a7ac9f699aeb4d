import { spawnSync } from "node:child_process";
import { describe, expect, it, jest } from "@jest/globals";

/** Runs `npm run demo` where no other endpoint is configured than the one given. */
function demo(configured: Record<string, string> = {}) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(FIREWORKS|OPENLLM|OLLAMA|NODE_OPTIONS)/.test(name),
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "scripts/demo/run.ts"], {
    encoding: "utf8",
    env: { ...Object.fromEntries(inherited), ...configured },
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

// Two programs, each with a server of its own: slow on a machine that is busy with the rest of the suite.
jest.setTimeout(120_000);

describe("the demonstration", () => {
  it("says that its answers are canned, does the job with each model, and ends with the costs", () => {
    const { status, stdout, stderr } = demo();
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("its answers and its token counts are canned; everything else is real");
    for (const model of ["ChatFireworks", "ChatOpenLLM", "ChatOllamaLite"]) expect(stdout).toContain(`\n${model} (`);
    expect(stdout.match(/get_weather\(\{"city":"Paris"\}\) -> tool: 21 -> ai: It is 21 C in Paris\./g)).toHaveLength(3);
    expect(stdout.match(/^structured {2}\{"city":"Lisbon","country":"Portugal"\}$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/^fireworks\/\S+ +5 +\d+ +\d+ +\$0\.000\d+$/m);
    expect(stdout).toMatch(/^total \$0\.000\d+; 0 calls unpriced, 0 estimated$/m);
  });

  it("says first what a paid endpoint can cost, and in a sentence what is wrong with it", () => {
    // Nothing listens there.
    const { status, stdout, stderr } = demo({
      FIREWORKS_API_KEY: "sk-dummy",
      FIREWORKS_BASE_URL: "http://127.0.0.1:2/v1",
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /The most it can cost \(6 calls of at most 1000 \+ 200 tokens\): \$0\.00\d+\n\nChatFireworks/,
    );
    expect(stderr).toMatch(
      /^No answer from `http:\/\/127\.0\.0\.1:2\/v1\/chat\/completions` \(ECONNREFUSED at 127\.0\.0\.1:2\)\..*\n$/,
    );
    expect(stdout).toContain("total $0");
  });
});
