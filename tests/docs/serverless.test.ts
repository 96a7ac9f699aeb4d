import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "@jest/globals";
import { build, type BuildOptions } from "esbuild";
import { fieldsOf, itemsOf } from "../../src/base/json.js";
import { docExamples } from "../support/doc_examples.js";
import { useGuideServer } from "../support/guide_server.js";
import { testExamplesOf } from "../support/page_examples.js";
import { describeRuntime } from "../runtimes/suite.js";
import { findWorkerd, startWorker } from "../runtimes/workerd.js";

const PAGE = "docs/serverless.md";
const TIDES = "Tides are the sea rising and falling as the Moon pulls at it.";
const server = useGuideServer();

/** What is said of each call in the log, and what the ledger has of it. */
const aLine = expect.stringMatching(/^\{"ledger":\{.*"usd":"0\.00045".*"user":"ann"/);

/** What calls each example, as its platform would. */
const CALLERS = [
  `console.log(await handler({ user: "ann", question: "What are tides?" }));`,
  `const body = JSON.stringify({ question: "What are tides?" });
   console.log(await (await POST(new Request("http://localhost/api", { method: "POST", body }))).json());`,
  `const env = { FIREWORKS_API_KEY: "k", FIREWORKS_API_BASE: process.env["FIREWORKS_API_BASE"], LEDGER_URL: process.env["OPENLLM_BASE_URL"] + "/events" };
   const lives: Promise<unknown>[] = [];
   const response = await worker.fetch(new Request("http://worker/?q=What"), env, { waitUntil: (work) => lives.push(work) });
   console.log(await response.text());
   await Promise.all(lives);`,
];
let position = 0;

testExamplesOf(
  PAGE,
  [[aLine, { statusCode: 200, body: TIDES }], [{ text: TIDES, usd: "0.00045" }], [TIDES]],
  ({ title, code }) => ({
    title,
    code: `${code.replace("export default {", "const worker = {")}\n${CALLERS[position++]}`,
  }),
);

/** The dollars of the events that have been sent. */
function usdSent(): unknown[] {
  const batches = server.requests.filter(({ path }) => path === "/v1/events").map(({ json }) => itemsOf(json));
  return batches.flat().map((event) => fieldsOf(fieldsOf(event).data).cost_usd);
}

it("the Worker has sent what its call cost before it ends", () => {
  expect(usdSent()).toEqual(["0.00045"]);
});

/** One file of an example, made from the sources. */
async function bundled(index: number, folder: string, options: BuildOptions, entry: string): Promise<string> {
  const sources = { "langchain-metered": "src/index.ts", "langchain-metered/exports": "src/exports.ts" };
  const alias = Object.fromEntries(Object.entries(sources).map(([name, path]) => [name, resolve(path)]));
  writeFileSync(join(folder, "example.ts"), docExamples(PAGE)[index]?.code ?? "");
  writeFileSync(join(folder, "entry.ts"), entry);
  const shared: BuildOptions = {
    bundle: true,
    write: false,
    minify: true,
    logLevel: "silent",
    nodePaths: [resolve("node_modules")],
  };
  const { outputFiles = [] } = await build({ entryPoints: [join(folder, "entry.ts")], alias, ...shared, ...options });
  return outputFiles[0]?.text ?? "";
}

describe("bundles of one file", () => {
  const folder = mkdtempSync(join(tmpdir(), "serverless-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("the Lambda's runs alone in its folder", async () => {
    const call = `handler({ user: "ann", question: "What?" }).then((answer) => console.log(JSON.stringify(answer)));`;
    const entry = `import { handler } from "./example.js"; ${call}`;
    const script = await bundled(0, folder, { platform: "node", format: "cjs", target: "node20" }, entry);
    writeFileSync(join(folder, "handler.cjs"), script);
    const run = { cwd: folder, env: { ...process.env } };
    const { stdout } = await promisify(execFile)(process.execPath, ["handler.cjs"], run);
    const [line, answer] = stdout.split("\n");
    expect(line).toEqual(aLine);
    expect(JSON.parse(answer ?? "")).toEqual({ statusCode: 200, body: TIDES });
  });

  describeRuntime("workerd", findWorkerd(), (program) => {
    it.each([
      ["without anything of Node", "2025-09-01"],
      ["with what there is of Node", "2026-11-01"],
    ])("the Worker's answers %s", async (_, date) => {
      const env = {
        FIREWORKS_API_KEY: "k",
        FIREWORKS_API_BASE: `${server.url}/v1`,
        LEDGER_URL: `${server.url}/v1/events`,
      };
      const bindings = `{ fetch: (request, _, context) => worker.fetch(request, ${JSON.stringify(env)}, context) }`;
      const entry = `import worker from "./example.js"; export default ${bindings};`;
      const script = await bundled(2, folder, { platform: "browser", format: "esm", target: "es2022" }, entry);
      const sent = usdSent().length;
      const worker = await startWorker(program, script, date);
      try {
        expect(await (await fetch(`${worker.url}/?q=What`)).text()).toBe(TIDES);
        await server.when(() => usdSent().length > sent);
        expect(usdSent().at(-1)).toBe("0.00045");
      } finally {
        await worker.stop();
      }
    });
  });
});
