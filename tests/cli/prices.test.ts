import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { main } from "../../src/cli/main.js";
import { loadPrices } from "../../src/pricing/feeds/price_file.js";
import { overrideEnvironment } from "../support/environment.js";
import { flatPage, flatRow, LIST_PATH, modelId, routerId, serveList, skus } from "../support/price_list.js";
import { useWireServer } from "../support/use_server.js";
import { json } from "../support/wire_script.js";

const server = useWireServer();
const directory = mkdtempSync(join(tmpdir(), "refresh-"));
let restore: () => void = () => undefined;
beforeAll(() => {
  restore = overrideEnvironment(/^FIREWORKS_/, { FIREWORKS_API_KEY: "fw_secret" });
});
afterAll(() => {
  restore();
  rmSync(directory, { recursive: true });
});

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(argv, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

let files = 0;
const newFile = (): string => join(directory, `prices-${(files += 1)}.json`);
const refresh = (file: string, ...more: string[]) =>
  run("prices", "refresh", "--out", file, "--base-url", server.url, ...more);

const GLM = flatRow("glm-6", skus("1.5", "0.3", "4.5"), { aliases: [routerId("glm-newest")] });
const KIMI = flatRow("kimi-k3", skus("3", "0.3", "15"));

describe("prices refresh", () => {
  it("writes the list with its history, and prints what changed", async () => {
    const file = newFile();
    serveList(server, [GLM, KIMI]);
    const first = await refresh(file);
    const [t1] = [loadPrices(file).source.fetchedAt];
    expect(first).toEqual({
      code: 0,
      err: "",
      out: `${server.url}${LIST_PATH}, ${t1}: 2 prices, 4 changes.

model                                  tier      price of      old  new                              change
accounts/fireworks/models/glm-6        standard  input         -    1.5                              new
accounts/fireworks/models/glm-6        standard  cached input  -    0.3                              new
accounts/fireworks/models/glm-6        standard  output        -    4.5                              new
accounts/fireworks/routers/glm-newest            alias of      -    accounts/fireworks/models/glm-6`,
    });
    serveList(server, [flatRow("glm-6", skus("1.2", "0.3", "5"), { aliases: [routerId("glm-newest")] }), KIMI]);
    const second = await refresh(file);
    const t2 = loadPrices(file).source.fetchedAt;
    expect(second.out).toBe(`${server.url}${LIST_PATH}, ${t2}: 2 prices, 2 changes.

model                            tier      price of  old  new  change
accounts/fireworks/models/glm-6  standard  input     1.5  1.2  -20.00 %
accounts/fireworks/models/glm-6  standard  output    4.5  5    +11.11 %`);
    expect(loadPrices(file).rows.map(({ id, validTo }) => [id, validTo])).toEqual([
      [`fireworks/models/glm-6@${t1}`, t2],
      [`fireworks/models/glm-6@${t2}`, undefined],
      [`fireworks/models/kimi-k3@${t1}`, undefined],
    ]);
    expect(server.requests.every(({ headers }) => headers.authorization === "Bearer fw_secret")).toBe(true);
    expect(readFileSync(file, "utf8")).not.toContain("fw_secret");
    expect(readdirSync(directory).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("says the same as JSON", async () => {
    serveList(server, [flatRow("kimi-k3", skus("3", "0.3", "16")), flatRow("odd", [])]);
    const file = newFile();
    const { out } = await refresh(file, "--json");
    expect(JSON.parse(out)).toEqual({
      source: loadPrices(file).source,
      changes: [
        {
          what: "changed",
          model: modelId("kimi-k3"),
          tier: "standard",
          unit: "output",
          oldUsdPerMillion: "15",
          newUsdPerMillion: "16",
          percent: "+6.67",
        },
      ],
      notes: ["Left out: `accounts/fireworks/models/odd` (standard): there is no price of its input."],
    });
  });

  it("prints what was left out", async () => {
    serveList(server, [KIMI, flatRow("odd\u001b[31m", [])]);
    const { out } = await refresh(newFile());
    expect(out).toContain("Left out");
    expect(out).not.toContain("\u001b");
  });

  it("asks for the other form", async () => {
    server.on(LIST_PATH, flatPage([KIMI]));
    await refresh(newFile(), "--format", "nested");
    expect(server.requests.at(-1)?.path).toBe(`${LIST_PATH}?format=nested`);
  });

  it("with --check writes nothing, and exits with 2 when something changed", async () => {
    const file = newFile();
    serveList(server, [GLM]);
    expect([(await refresh(file, "--check")).code, existsSync(file)]).toEqual([2, false]);
    await refresh(file);
    const written = readFileSync(file, "utf8");
    expect((await refresh(file, "--check")).code).toBe(0);
    serveList(server, [flatRow("glm-6", skus("1.2", "0.3", "5"), { aliases: [routerId("glm-newest")] })]);
    expect((await refresh(file, "--check")).code).toBe(2);
    expect(readFileSync(file, "utf8")).toBe(written);
    serveList(server, [KIMI]);
    expect((await run("prices", "refresh", "--check", "--base-url", server.url)).code).toBe(0);
  });

  it("leaves the file as it is when the list cannot be read", async () => {
    const file = newFile();
    serveList(server, [GLM]);
    await refresh(file);
    const written = readFileSync(file, "utf8");
    server.on(LIST_PATH, json(403, { error: "forbidden" }));
    const { code, out, err } = await refresh(file);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("Fireworks does not give its price list (403). The key may not read the list of models");
    expect(readFileSync(file, "utf8")).toBe(written);
  });

  it("does not write over a file that it did not write", async () => {
    const file = newFile();
    writeFileSync(file, '[{"model":"mine"}]');
    serveList(server, [GLM]);
    const { code, err } = await refresh(file);
    expect(code).toBe(1);
    expect(err).toContain("holds no prices");
    expect(err).not.toContain("Usage");
    expect(readFileSync(file, "utf8")).toBe('[{"model":"mine"}]');
  });

  it("says so when the file cannot be read", async () => {
    const { code, err } = await refresh(directory);
    expect([code, err]).toEqual([1, expect.stringContaining(`\`${directory}\` cannot be read (EISDIR).`)]);
  });

  it("says so when the file cannot be written", async () => {
    serveList(server, [GLM]);
    const { code, err } = await refresh(join(directory, "none", "prices.json"));
    expect([code, err]).toEqual([1, expect.stringContaining("prices.json` cannot be written (ENOENT).")]);
  });

  it.each<[string[], string]>([
    [["prices"], "`prices ` does nothing. Use `prices refresh`."],
    [["prices", "show"], "`prices show` does nothing."],
    [["prices", "refresh"], "No file is named. Give `--out prices.json`"],
    [["prices", "refresh", "--key", "fw_secret"], "Unknown option '--key'"],
    [["prices", "refresh", "--check", "--format", "xml"], "`format` is"],
  ])("called as %j says how it is called", async (argv, said) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(argv.includes("--check") ? 1 : 2);
    expect(err).toContain(said);
    expect(err).toContain("Usage: langchain-metered prices refresh --out FILE");
  });

  it("needs a key", async () => {
    const put = overrideEnvironment(/^FIREWORKS_/, {});
    try {
      expect((await refresh(newFile())).err).toContain("No Fireworks API key was found.");
    } finally {
      put();
    }
  });

  it("has help", async () => {
    expect(await run("prices", "--help")).toMatchObject({ code: 0, out: expect.stringContaining("--check") });
  });
});

describe("price --table", () => {
  it("takes what was written", async () => {
    const file = newFile();
    serveList(server, [GLM]);
    await refresh(file);
    const { out } = await run("price", "glm-6", "--table", file, "--json");
    expect(JSON.parse(out)).toMatchObject({ basis: "exact", inputUsdPerMillion: "1.5" });
  });

  it("names a file that holds neither prices nor rows", async () => {
    const file = newFile();
    writeFileSync(file, '{"model":"mine"}');
    const { code, err } = await run("price", "glm-6", "--table", file);
    expect([code, err]).toEqual([2, expect.stringContaining(`\`${file}\` holds no prices`)]);
  });
});
