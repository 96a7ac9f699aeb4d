import { cpSync, writeFileSync } from "node:fs";

/**
 * The package's entry points, in the shape of LangChain's entry table, and its build: `tsdown --config langchain.config.js`.
 * The exports map in package.json is written by hand to match; `tests/package` holds the two together.
 */
export const config = {
  /** Entry point -> source file under src/, without its extension. */
  entrypoints: {
    index: "index",
    callbacks: "callbacks",
    fireworks: "fireworks",
    openllm: "openllm",
    ollama: "ollama",
    origin: "origin",
    provider: "provider",
    "genai-prices": "genai_prices",
    redis: "redis",
    postgres: "postgres",
    middleware: "middleware",
    register: "register",
    testing: "testing",
    otel: "otel",
    exports: "exports",
    bill: "bill",
  },
  /** Entry points that need a package which is not installed with this one. */
  requiresOptionalDependency: ["genai-prices", "redis", "postgres", "middleware", "register", "otel"],
  tsConfigPath: "./tsconfig.json",
};

const library = Object.fromEntries(
  Object.entries(config.entrypoints).map(([name, source]) => [name, `src/${source}.ts`]),
);

const vocabulary = "./o200k.cjs";

/**
 * The vocabulary, the largest part by far, is one file for both formats. It is imported by its default, in a chunk that is
 * loaded lazily: some bundlers give an `import()` of CommonJS no names.
 */
const oneVocabulary = {
  name: "one-vocabulary",
  resolveId(id) {
    return id === vocabulary ? { id, external: true } : undefined;
  },
  load: {
    filter: { id: /\/bpe\/o200k\.ts$/ },
    handler: () => `import packed from "${vocabulary}"; export const { o200k } = packed;`,
  },
};

const types = "dist/types";

/**
 * The same declarations for `require`: the manifest beside them says that they are CommonJS. Under equal names, pairs of
 * files lie next to each other in the tarball, where the second costs next to nothing.
 */
function copyForRequire() {
  cpSync(`${types}/esm`, `${types}/cjs`, { recursive: true });
  writeFileSync(`${types}/cjs/package.json`, '{ "type": "commonjs" }\n');
}

/** @type {import("tsdown").UserConfig} */
const build = {
  outDir: "dist",
  platform: "node",
  target: "node20",
  fixedExtension: false,
  dts: false,
  // What a bundler needs to leave unused code out stays, and what a licence demands.
  outputOptions: { comments: { legal: true, annotation: true, jsdoc: false } },
  // Nothing from node_modules may end up in dist: an import of an undeclared package fails the build.
  deps: { onlyBundle: [] },
  inputOptions: { experimental: { attachDebugInfo: "none" } },
  checks: { pluginTimings: false },
};

/** @type {import("tsdown").UserConfig[]} */
export default [
  {
    ...build,
    name: "code",
    format: {
      // Entries export what they say and no more: what the command shares with the library in a file of the command would run it.
      esm: {
        entry: { ...library, "cli/bin": "src/cli/bin.ts" },
        inputOptions: { ...build.inputOptions, preserveEntrySignatures: "strict" },
      },
      // A kept import() breaks under a consumer's plain jest, so lazy loads become require() here.
      cjs: { entry: library, outputOptions: { ...build.outputOptions, dynamicImportInCjs: false } },
    },
    // Bundled: a file of its own for each module costs four times the import time (`npm run bench`).
    unbundle: false,
    plugins: [oneVocabulary],
  },
  { ...build, name: "vocabulary", format: "cjs", entry: { o200k: "src/usage/bpe/o200k.ts" } },
  {
    ...build,
    name: "types",
    format: "esm",
    entry: Object.values(library),
    outDir: `${types}/esm`,
    // A declaration is in a file named after its source.
    unbundle: true,
    dts: { emitDtsOnly: true },
    outputOptions: {},
    hooks: { "build:done": copyForRequire },
  },
];
