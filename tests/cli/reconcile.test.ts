import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { main } from "../../src/cli/main.js";
import { glmCall, kimiCall, usageCosts } from "../bill/bills.js";
import { overrideEnvironment } from "../support/environment.js";
import { useWireServer } from "../support/use_server.js";
import { json, text } from "../support/wire_script.js";

const GLM = "accounts/my-account/models/glm-5p2";
const KIMI = "accounts/my-account/models/kimi-k3";
let folder: string;

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "reconcile-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(["reconcile", ...args], { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/** GLM's price rose by 5 % on the third, and a process that calls Kimi on two days kept its calls elsewhere. */
function story(): { ledger: string; bill: string } {
  const entries = [
    ...["01", "02", "03", "04"].map((day) => glmCall(`2026-09-${day}`)),
    ...["01", "02", "03"].map((day) => kimiCall(`2026-09-${day}`)),
  ];
  const bill = usageCosts(
    ["2026-09-01", GLM, "1.336"],
    ["2026-09-02", GLM, "1.336"],
    ["2026-09-03", GLM, "1.4028"],
    ["2026-09-04", GLM, "1.4028"],
    ["2026-09-01", KIMI, "0.6"],
    ["2026-09-02", KIMI, "1.02"],
    ["2026-09-03", KIMI, "0.87"],
    ["2026-09-04", KIMI, "0.45"],
  );
  return {
    ledger: file("usage.jsonl", entries.map((one) => `${JSON.stringify(one)}\n`).join("")),
    bill: file("usage_costs.csv", bill),
  };
}

describe("langchain-metered reconcile", () => {
  it("names a changed price and a missing process", async () => {
    const { ledger, bill } = story();
    const { code, out } = await run(ledger, "--bill", bill);
    expect(code).toBe(1);
    expect(out).toContain("glm-5p2: their rate is 1.05 of row `fireworks/glm-5p2@2026-07-01` since 2026-09-03");
    expect(out).toContain("kimi-k3: the bill has $0.45 on 2026-09-04, and the ledger no call: a missing process");
    expect(out).toContain("kimi-k3: ours is 58.8 % to 69 % of theirs on 2026-09-02, 2026-09-03");
    expect(out.split("\n").at(-1)).toBe(
      "Ledger and bill differ by more than 1% in 5 of 8 lines, over 4 days and 2 models.",
    );
  });

  it("prints the whole as its last line of JSON", async () => {
    const { ledger, bill } = story();
    const { code, out } = await run(ledger, "--bill", bill, "--json");
    const last = out.split("\n").at(-1) ?? "";
    expect([code, last]).toEqual([
      1,
      '{"days":4,"models":2,"oursUsd":"7.144","lowUsd":"7.144","highUsd":"7.144","billUsd":"8.4176","differenceUsd":"1.2736","onlyOurs":0,"onlyTheirs":1,"ok":false}',
    ]);
  });

  it("agrees with exit code 0, within a tolerance", async () => {
    const { ledger, bill } = story();
    expect((await run(ledger, "--bill", bill, "--to", "2026-09-01")).code).toBe(0);
    expect((await run(ledger, "--bill", bill, "--tolerance", "99%", "--to", "2026-09-03")).code).toBe(0);
  });

  it.each([
    [
      "a file of something else",
      "name,colour\nann,red\n",
      "Line 1 of the bill: this is no bill that is known: it has `name`, `colour`",
    ],
    ["an empty file", "", "The bill is empty"],
    ["a torn line", usageCosts(["2026-09-01", GLM, "1"]).slice(0, -20), "Line 2 of the bill: it is torn"],
    ["another currency", usageCosts(["2026-09-01", GLM, "1"]).replace("USD", "EUR"), "the currency is `EUR`"],
    [
      "torn JSON",
      '[{"request_id": "a", "spend": 1, "startTime": "2026-',
      "Line 1 of the bill: it is torn: a JSON object has no end.",
    ],
  ])("refuses %s with exit code 3", async (_what, content, message) => {
    const result = await run(story().ledger, "--bill", file("other", content));
    expect([result.code, result.out]).toEqual([3, ""]);
    expect(result.err).toContain(message);
  });

  it.each([
    [[], "One file is needed"],
    [["a"], "One bill is needed"],
    [["a", "--bill", "b", "--fireworks", "c"], "One bill is needed"],
    [["a", "--bill", "b", "--tolerance", "1"], "`1` is no part below the whole. Write it as 1% or 0.01."],
    [["a", "--bill", "b", "--format", "c"], "`c` is no form of a bill"],
    [["a", "--colour"], "--colour"],
  ])("refuses %j with exit code 2", async (args, message) => {
    const result = await run(...args);
    expect(result.code).toBe(2);
    expect(result.err).toContain(message);
  });
});

describe("langchain-metered reconcile --fireworks", () => {
  const server = useWireServer();
  let restore: () => void;
  beforeAll(() => void (restore = overrideEnvironment(/^FIREWORKS_/, { FIREWORKS_API_KEY: "fw-secret" })));
  afterAll(() => restore());

  const row = (day: string, units: string, nanos: number) => ({
    dimensions: { startTime: `${day}T00:00:00Z`, model: GLM },
    subtotal: { currencyCode: "USD", units, nanos },
  });

  it("asks page by page, 31 days a call", async () => {
    const ledger = file(
      "long.jsonl",
      ["2026-08-01", "2026-09-10"].map((day) => `${JSON.stringify(glmCall(day))}\n`).join(""),
    );
    const before = server.requests.length;
    server.reply(
      json(200, {
        rows: [row("2026-08-01", "1", 336_000_000)],
        nextPageToken: "two",
        attributionCompleteness: "COMPLETE",
      }),
      json(200, { rows: [], attributionCompleteness: "COMPLETE" }),
      json(200, { rows: [row("2026-09-10", "1", 336_000_000)], attributionCompleteness: "INCOMPLETE" }),
    );
    const { code, out } = await run(ledger, "--fireworks", "my-account", "--base-url", server.url);
    expect(code).toBe(0);
    expect(out).toContain("Fireworks says that the attribution of its costs is INCOMPLETE");
    expect(server.requests.slice(before).map(({ method, path, json: body }) => [method, path, body])).toEqual(
      [
        ["2026-08-01", "2026-09-01", undefined],
        ["2026-08-01", "2026-09-01", "two"],
        ["2026-09-01", "2026-09-11", undefined],
      ].map(([from, to, pageToken]) => [
        "POST",
        "/v1/accounts/my-account/usageCosts:query",
        {
          startTime: `${from}T00:00:00.000Z`,
          endTime: `${to}T00:00:00.000Z`,
          scope: "ACCOUNT",
          groupBy: ["DAY", "MODEL"],
          pageSize: 1000,
          ...(pageToken === undefined ? {} : { pageToken }),
        },
      ]),
    );
    expect(server.requests.at(-1)?.headers.authorization).toBe("Bearer fw-secret");
  });

  it.each([
    [401, "The key is not valid"],
    [403, "admin"],
    [404, "There is no such account"],
    [500, "try again later"],
    [307, "It redirects"],
  ])("says what to do about a %i, without the key", async (status, advice) => {
    server.reply(text(status, "the key fw-secret is wrong", { headers: { location: `${server.url}/elsewhere` } }));
    const { code, err } = await run(story().ledger, "--fireworks", "my-account", "--base-url", server.url);
    expect(code).toBe(3);
    expect(err).toContain(advice);
    expect(err).not.toContain("fw-secret");
  });

  it("sends no key over an open line", async () => {
    const { err } = await run(story().ledger, "--fireworks", "my-account", "--base-url", "http://example.com");
    expect(err).toContain("A key goes over https");
  });
});
