import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startCannedServer } from "../../scripts/demo/canned_server.js";
import { examplesOf } from "../../scripts/docs/examples.js";
import { locked, packInto, run } from "./consumer.js";

const readme = readFileSync("README.md", "utf8");
/** The packages that the README tells to install, one command after the other. */
const installs = [...readme.matchAll(/npm install ([^`\n]+)/g)].map(([, packages = ""]) => packages.split(" "));

/** What each block prints where it is run as a file, in the README's order. */
const PRINTED = [
  /^Tides are the sea [^\n]*\n\{[^}]*input_tokens: 40,[^]*\n0\.0000168\n$/,
  /^The budget `[^\n]*\n1\n$/,
  /^It is 21 C in Paris\.\n2\n$/,
  /^0\n\[\]\n$/,
];

describe("the README, followed in an empty folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "reader-"));
  const runFile = promisify(execFile);
  let server: Awaited<ReturnType<typeof startCannedServer>>;

  beforeAll(async () => {
    server = await startCannedServer();
    const { filename } = packInto(folder);
    run("npm", ["init", "--yes"], folder);
    // The versions that this repository is tested with; this package itself as it is packed.
    const pinned = installs
      .flat()
      .map((name) => (name === "langchain-metered" ? `./${filename}` : `${name}@${locked(name)}`));
    run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...pinned], folder);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("tells of each package that its blocks import", () => {
    expect(installs).toEqual([
      ["langchain-metered", "@langchain/core"],
      ["langchain", "zod"],
      ["@pydantic/genai-prices"],
    ]);
  });

  it("has as many blocks as are checked here", () => {
    expect(examplesOf("README.md")).toHaveLength(PRINTED.length);
  });

  it.each(examplesOf("README.md").map(({ heading, code }, position) => ({ heading, code, position })))(
    "$heading runs as it stands, saved as first.mjs",
    async ({ code, position }) => {
      writeFileSync(join(folder, "first.mjs"), code);
      const env = { PATH: process.env.PATH, FIREWORKS_API_KEY: "not-a-key", FIREWORKS_API_BASE: `${server.url}/v1` };
      // Not `run`, which would keep the server from answering.
      const { stdout, stderr } = await runFile(process.execPath, ["first.mjs"], { cwd: folder, env });
      expect(stderr).toBe("");
      expect(stdout).toMatch(PRINTED[position] ?? /^$/);
    },
  );
});
