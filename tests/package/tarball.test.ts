import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { build } from "esbuild";
import { complaintsOf, installTypeScript, LOWEST } from "../../scripts/types/lowest.js";
import { installTarball, run, type Consumer } from "./consumer.js";

const entries = [
  "",
  "/callbacks",
  "/fireworks",
  "/openllm",
  "/ollama",
  "/origin",
  "/provider",
  "/genai-prices",
  "/redis",
  "/postgres",
  "/testing",
  "/exports",
  "/bill",
].map((path) => `langchain-metered${path}`);
/** Those that are made of a package which they load at once. */
const middleware = "langchain-metered/middleware";
const register = "langchain-metered/register";
const otel = "langchain-metered/otel";
let consumer: Consumer;
beforeAll(() => {
  consumer = installTarball();
});
afterAll(() => consumer.remove());

const read = (file: string): string => consumer.read(file);
const filesNamed = (pattern: RegExp): string[] => consumer.files.filter((file) => pattern.test(file));

function exportsBy(
  format: "cjs" | "esm",
  of: readonly string[] = entries,
): { found: Record<string, string[]>; loaded?: string[] } {
  const script = { cjs: "cjs/entries.cjs", esm: "esm/entries.mjs" }[format];
  return JSON.parse(run(process.execPath, [script, ...of], consumer.folder)) as ReturnType<typeof exportsBy>;
}

describe("the tarball", () => {
  it("holds the build, README, CHANGELOG, LICENSE and manifests, and nothing else", () => {
    const besides = consumer.files.filter((file) => !/^dist\/.+\.(js|cjs|d\.ts)$/.test(file));
    const others = ["CHANGELOG.md", "LICENSE", "README.md", "dist/types/cjs/package.json", "package.json"];
    expect(besides.sort()).toEqual(others);
  });

  it("weighs 1.55 MB at most, of which the vocabulary is 0.7 MB", () => {
    expect(consumer.packedBytes).toBeLessThan(1_550_000);
  });

  it("has one vocabulary, for both formats", () => {
    expect(consumer.files.filter((file) => read(file).length > 500_000)).toEqual(["dist/o200k.cjs"]);
  });

  it("has code without source maps, and without comments but those for bundlers", () => {
    const comment = /^\s*(\/\*\*|\/\/(?!!))|sourceMappingURL/m;
    expect(filesNamed(/\.c?js$/).filter((file) => comment.test(read(file)))).toEqual([]);
  });

  it("declares what a source has in a file of its name, for `import` and for `require` alike", () => {
    const declared = filesNamed(/^dist\/types\/esm\/.+\.d\.ts$/).map((file) => file.replace("dist/types/esm/", ""));
    expect(declared).toEqual(expect.arrayContaining(["index.d.ts", "base/errors.d.ts", "books/cost_handler.d.ts"]));
    expect(declared.filter((file) => !existsSync(join("src", file.replace(".d.ts", ".ts"))))).toEqual([]);
    const inBoth = declared.flatMap((file) => [`dist/types/cjs/${file}`, `dist/types/esm/${file}`]);
    expect(filesNamed(/\.d\.c?ts$/).toSorted()).toEqual(inBoth.toSorted());
    const differs = (file: string): boolean => read(`dist/types/cjs/${file}`) !== read(`dist/types/esm/${file}`);
    expect(declared.filter(differs)).toEqual([]);
    expect(JSON.parse(read("dist/types/cjs/package.json"))).toEqual({ type: "commonjs" });
  });

  it("declares all that a declaration imports", () => {
    const missing = filesNamed(/\.d\.ts$/).flatMap((file) =>
      [...read(file).matchAll(/(?:\bfrom |\bimport\()"(\.[^"]+)\.js"/g)]
        .map(([, path]) => join(dirname(file), `${path}.d.ts`))
        .filter((path) => !consumer.files.includes(path)),
    );
    expect(missing).toEqual([]);
  });

  it("runs nothing when it is installed", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  it("says where it comes from", () => {
    expect(JSON.parse(read("package.json"))).toMatchObject({
      homepage: "https://langchain-metered.github.io/langchain-metered/",
      bugs: { url: "https://github.com/langchain-metered/langchain-metered/issues" },
      repository: { type: "git", url: "git+https://github.com/langchain-metered/langchain-metered.git" },
      author: "the langchain-metered authors (https://github.com/langchain-metered)",
    });
  });

  it("names no folder of the machine that built it", () => {
    expect(consumer.files.filter((file) => read(file).includes(process.cwd()))).toEqual([]);
  });

  it("has an entry point for each line of langchain.config.js, and each of its files exists", async () => {
    const config = (await import(pathToFileURL("langchain.config.js").href)) as {
      config: { entrypoints: Record<string, string> };
    };
    const manifest = JSON.parse(read("package.json")) as { exports: Record<string, unknown> };
    const names = Object.keys(config.config.entrypoints).map((name) => (name === "index" ? "." : `./${name}`));
    expect(Object.keys(manifest.exports)).toEqual([...names, "./package.json"]);
    const targets = [...JSON.stringify(manifest.exports).matchAll(/"(\.\/dist\/[^"]+)"/g)].map(
      (match) => `${match[1]}`,
    );
    expect(targets).toHaveLength(4 * names.length);
    expect(targets.filter((file) => !consumer.files.includes(file.slice(2)))).toEqual([]);
  });

  it("keeps no import() in CommonJS, which plain jest cannot run", () => {
    // One with an escaped quote is in a text, of an error.
    const kept = /^(?!\s*(\*|\/\/)).*\bimport\s*\((?!\\)/m;
    const files = consumer.files.filter((file) => file.endsWith(".cjs"));
    expect(files.filter((file) => kept.test(read(file)))).toEqual([]);
  });

  it("runs the command where it is called, and nowhere in the library", () => {
    const library = consumer.files.filter((file) => /\.c?js$/.test(file) && file !== "dist/cli/bin.js");
    expect(library.filter((file) => /["'][^"'\n]*\bcli\/bin\.js["']/.test(read(file)))).toEqual([]);
  });

  it("installs the command", () => {
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect(run("npx", ["--no-install", "langchain-metered", "--version"], consumer.folder)).toBe(`${version}\n`);
  });
});

describe("every entry point", () => {
  it("has the same exports by require and by import", () => {
    const all = [...entries, middleware, register, otel];
    const required = exportsBy("cjs", all);
    expect(exportsBy("esm", all).found).toEqual(required.found);
    expect(Object.keys(required.found)).toEqual(all);
    expect(Object.values(required.found).filter((names) => names.length === 0)).toEqual([]);
  });

  it("is listed here", () => {
    const { exports } = JSON.parse(read("package.json")) as { exports: Record<string, unknown> };
    const names = [...entries, middleware, register, otel, "langchain-metered/package.json"];
    expect(names.toSorted()).toEqual(
      Object.keys(exports)
        .map((path) => path.replace(".", "langchain-metered"))
        .toSorted(),
    );
  });

  it("loads no SDK, no agents and no client of a server before it is used", () => {
    expect(exportsBy("cjs").loaded).toEqual([]);
    expect(exportsBy("cjs", [middleware]).loaded).toContain("langchain");
    expect(exportsBy("cjs", [register]).loaded).toContain("langchain");
    expect(exportsBy("cjs", [otel]).loaded).toEqual(["@opentelemetry/api"]);
    const names = [
      "@langchain/openai",
      "ollama",
      "langchain",
      "@langchain/langgraph",
      "@opentelemetry/api",
      "pg",
      "redis",
      "ioredis",
    ];
    const sdks = names.map((name) => join(consumer.folder, "node_modules", name));
    expect(sdks.every((sdk) => existsSync(sdk))).toBe(true);
    for (const sdk of sdks) renameSync(sdk, `${sdk}.away`);
    try {
      expect(Object.keys(exportsBy("esm").found)).toEqual(entries);
    } finally {
      for (const sdk of sdks) renameSync(`${sdk}.away`, sdk);
    }
  });
});

describe("a consumer", () => {
  it("invokes and streams in a CommonJS project under jest as it comes", () => {
    const folder = join(consumer.folder, "cjs");
    run(process.execPath, ["../node_modules/jest/bin/jest.js", "--json", "--outputFile=report.json"], folder);
    const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Record<string, unknown>;
    expect(report).toMatchObject({ numPassedTests: 9, numTotalTests: 9 });
  });

  it("invokes and streams as an ES module", () => {
    const answer = { content: "Hello there", streamed: "Hello there", total: 13, calls: 2 };
    expect(JSON.parse(run(process.execPath, ["esm/chat.mjs"], consumer.folder))).toEqual([answer, answer, answer]);
  });

  it.each([{ splitting: true }, { splitting: false }])(
    "counts tokens by the vocabulary in a bundle (%j)",
    async (how) => {
      const outdir = join(consumer.folder, `bundle-${how.splitting}`);
      const options = { bundle: true, format: "esm", platform: "browser", outExtension: { ".js": ".mjs" } } as const;
      await build({ ...options, ...how, outdir, entryPoints: [join(consumer.folder, "esm/tokens.mjs")] });
      expect(run(process.execPath, ["tokens.mjs"], outdir)).toBe("2\n");
    },
  );

  it("counts tokens by the vocabulary as an ES module", () => {
    expect(run(process.execPath, ["esm/tokens.mjs"], consumer.folder)).toBe("2\n");
  });

  it.each(["esm/names.mjs", "cjs/names.cjs"])("gets models by name, in two ways (%s)", (script) => {
    const answer = ["Hello there", 1, { calls: 1, inputTokens: 11, outputTokens: 2, cost: "charged" }];
    const free = ["Hello there", 1, { calls: 1, inputTokens: 11, outputTokens: 2, cost: "0" }];
    // The other copy of this package, which npm put under LangChain's name.
    const copied = ["ChatFireworks", false, ...answer];
    // LangChain imports by name what it makes, so that a CommonJS project gets models of the copy in ES modules.
    const isOwn = script.endsWith(".mjs");
    const fireworks = ["ChatFireworks", isOwn, ...answer];
    expect(JSON.parse(run(process.execPath, [script], consumer.folder))).toEqual({
      aliased: [copied, copied],
      registered: [fireworks, fireworks, ["ChatOpenLLM", isOwn, ...free], ["ChatOllamaLite", isOwn, ...free]],
      restored: "Unsupported { modelProvider: openllm }",
    });
  });

  it("runs what docs/models.md says of names", () => {
    const page = readFileSync("docs/models.md", "utf8");
    const [, example = ""] = /```ts no-run\n([^`]*registerProviders[^`]*)```/.exec(page) ?? [];
    writeFileSync(join(consumer.folder, "esm/documented.mjs"), example);
    const printed = run(process.execPath, ["esm/with_server.mjs", "./documented.mjs"], consumer.folder);
    expect(printed).toBe("Hello there server\n");
  });

  it.each(["esm/budget.mjs", "cjs/budget.cjs"])("keeps to a budget, alone and in an agent (%s)", (script) => {
    expect(JSON.parse(run(process.execPath, [script], consumer.folder))).toEqual({
      spent: "13",
      denied: "BudgetExceededError",
      fits: [true, false],
      wrapped: "Hello there",
      agent: ["Hello there", "budget"],
      cases: true,
      refused: ["ConfigurationError", "ConfigurationError"],
    });
  });

  it.each(["esm/ledgers.mjs", "cjs/ledgers.cjs"])("tells traces, metrics, exports and bills (%s)", (script) => {
    expect(JSON.parse(run(process.execPath, [script], consumer.folder))).toEqual({
      span: 0.00000285,
      rows: 4,
      unpriced: 0,
      bill: [true, "0.000013", "0.000013"],
      refused: ["ConfigurationError", "ConfigurationError", "ConfigurationError", "ConfigurationError"],
    });
  });

  it("books a declared price where model and handler are of different builds, in whichever way, and one id for a call", () => {
    const booked = ["0.000026", "0.000013", ["user", "user"], 2];
    expect(JSON.parse(run(process.execPath, ["esm/two_builds.mjs"], consumer.folder))).toEqual([booked, booked]);
  });

  it("compiles in both formats, with every library checked", () => {
    const program = join(consumer.folder, "node_modules/typescript/bin/tsc");
    expect(run(process.execPath, [program, "-p", "tsconfig.json"], consumer.folder)).toBe("");
  });

  it("compiles in both formats with the lowest TypeScript that is promised", () => {
    const files = ["cjs/types.ts", "esm/types.ts", "exact.ts"];
    const options = { module: "nodenext", moduleResolution: "nodenext" };
    expect(complaintsOf(installTypeScript(LOWEST), consumer.folder, files, options)).toBe("");
  });

  // Core's own types fail its check of libraries under this option.
  it("compiles under `exactOptionalPropertyTypes`", () => {
    const program = join(consumer.folder, "node_modules/typescript/bin/tsc");
    expect(run(process.execPath, [program, "-p", "tsconfig.exact.json"], consumer.folder)).toBe("");
  });
});
