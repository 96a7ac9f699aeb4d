import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHOWN_MODEL } from "../../scripts/demo/shown_model.js";
import { main } from "../../src/cli/main.js";
import { whole } from "../providers/fireworks/setup.js";
import { docExamples, runExample } from "../support/doc_examples.js";
import { overrideEnvironment } from "../support/environment.js";
import { flatRow, LIST_PATH, modelId, serveList, skus } from "../support/price_list.js";
import { useWireServer } from "../support/use_server.js";

const server = useWireServer();
const folder = mkdtempSync(join(tmpdir(), "price-list-"));
const file = join(folder, "prices.json");
const GLM = flatRow("glm-6", skus("1.5", "0.375", "4.5"));
const LOWER = flatRow("glm-6", skus("1.2", "0.3", "4.5"));
let restore: () => void = () => undefined;

/** Fireworks' own address is the server of these tests. */
const { fetch: realFetch } = globalThis;

beforeAll(() => {
  restore = overrideEnvironment(/^FIREWORKS_/, {
    FIREWORKS_API_KEY: "fw_not_a_key",
    FIREWORKS_API_BASE: `${server.url}/inference/v1`,
  });
  globalThis.fetch = (url, init) => realFetch(String(url).replace("https://api.fireworks.ai", server.url), init);
  server.on("/inference/v1/chat/completions", whole({ content: "Tides." }, { model: SHOWN_MODEL }));
  serveList(server, [GLM]);
});
afterAll(() => {
  globalThis.fetch = realFetch;
  restore();
  rmSync(folder, { recursive: true });
});

async function refresh(...more: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const code = await main(["prices", "refresh", "--out", file, ...more], {
    out: (text) => out.push(text),
    err: (text) => out.push(text),
  });
  return { code, out: out.join("\n") };
}

describe("docs/price-list.md", () => {
  it("shows what the command prints", async () => {
    await refresh();
    serveList(server, [LOWER]);
    const { code, out } = await refresh();
    expect(code).toBe(0);
    const page = readFileSync("docs/price-list.md", "utf8");
    const [, shown = ""] = /```\n(https:[^`]+)\n```/.exec(page) ?? [];
    const [, ...table] = out.split("\n");
    expect(shown.split("\n").slice(1)).toEqual(table);
  });

  const printed = async (position: number): Promise<unknown[]> => {
    const values: unknown[] = [];
    const example = docExamples("docs/price-list.md")[position];
    if (example === undefined) throw new Error("there is no such example");
    const code = example.code.replace('"prices.json"', JSON.stringify(file));
    await runExample({ ...example, code }, (value) => values.push(value));
    return values;
  };

  it("has three examples", () => {
    expect(docExamples("docs/price-list.md")).toHaveLength(3);
  });

  it("loads a file", async () => {
    expect(await printed(0)).toEqual(["1.2"]);
  });

  it("reads the list", async () => {
    expect(await printed(1)).toEqual([expect.stringMatching(/Z$/), [], modelId("glm-6"), 1_048_576]);
  });

  it("refreshes prices", async () => {
    const before = server.requests.filter(({ path }) => path === LIST_PATH).length;
    expect(await printed(2)).toEqual([[]]);
    await server.when(({ requests }) => requests.filter(({ path }) => path === LIST_PATH).length > before);
  });
});

describe("docs/workflows/refresh-prices.yml", () => {
  const workflow = readFileSync("docs/workflows/refresh-prices.yml", "utf8");
  const steps = [...workflow.matchAll(/run: \|\n((?: {10}.*\n)+)/g)].map(([, script = ""]) =>
    script.replace(/^ {10}/gm, ""),
  );

  /** Runs a step of the workflow as GitHub does, with commands that say how they are called and exit as told. */
  function run(script: string, exits: number): { status: number | null; output: string; calls: string } {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    for (const name of ["npx", "git", "gh"]) {
      const command = join(bin, name);
      writeFileSync(command, `#!/bin/sh\necho "${name} $*" >> "$CALLS"\n[ ${name} != npx ] || exit ${exits}\n`);
      chmodSync(command, 0o755);
    }
    const [output, calls] = [join(folder, "output"), join(folder, "calls")];
    for (const each of [output, calls]) writeFileSync(each, "");
    const { status } = spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], {
      cwd: folder,
      env: { PATH: `${bin}:${process.env.PATH}`, GITHUB_OUTPUT: output, CALLS: calls },
    });
    return { status, output: readFileSync(output, "utf8"), calls: readFileSync(calls, "utf8") };
  }

  it.each([
    [0, 0, "changed=false\n"],
    [2, 0, "changed=true\n"],
    [1, 1, "changed=false\n"],
  ])("takes the exit code %i for what it is", (exits, status, output) => {
    expect(run(steps[0] ?? "", exits)).toEqual({
      status,
      output,
      calls: "npx langchain-metered prices refresh --out prices.json --check\n",
    });
  });

  it("opens a pull request", () => {
    const { status, calls } = run(steps[1] ?? "", 0);
    expect(status).toBe(0);
    expect(calls.split("\n").map((call) => call.split(" ").slice(0, 3).join(" "))).toEqual([
      "npx langchain-metered prices",
      "git config user.name",
      "git config user.email",
      "git switch --create",
      "git commit --message",
      "git push --set-upstream",
      "gh pr create",
      "",
    ]);
  });

  it("calls the command as it is", async () => {
    expect(
      workflow.match(/langchain-metered (prices .*?)(?: >|\n)/g)?.map((call) => call.replace(/ >|\n/, "")),
    ).toEqual([
      "langchain-metered prices refresh --out prices.json",
      "langchain-metered prices refresh --out prices.json --check",
      "langchain-metered prices refresh --out prices.json",
    ]);
    expect((await refresh("--check")).code).toBe(0);
    serveList(server, [GLM]);
    expect((await refresh("--check")).code).toBe(2);
  });
});
