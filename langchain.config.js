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

/** The vocabulary is data: its source map would say all of it again. */
const noMapOfData = {
  name: "no-map-of-data",
  generateBundle(_options, bundle) {
    for (const [name, file] of Object.entries(bundle)) {
      if (!name.startsWith("o200k-")) continue;
      if (name.endsWith(".map")) delete bundle[name];
      else if (file.type === "chunk") file.code = file.code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
    }
  },
};

/** @type {import("tsdown").UserConfig} */
export default {
  format: {
    // Entries export what they say and no more: what the command shares with the library in a file of the command would run it.
    esm: {
      entry: { ...library, "cli/bin": "src/cli/bin.ts" },
      inputOptions: { preserveEntrySignatures: "strict" },
    },
    // A kept import() breaks under a consumer's plain jest, so lazy loads become require() here.
    cjs: { entry: library, outputOptions: { dynamicImportInCjs: false } },
  },
  outDir: "dist",
  platform: "node",
  target: "node20",
  // Bundled: a file of its own for each module costs four times the import time (`npm run bench`).
  unbundle: false,
  fixedExtension: false,
  clean: true,
  dts: true,
  sourcemap: true,
  plugins: [noMapOfData],
  // Nothing from node_modules may end up in dist: an import of an undeclared package fails the build.
  deps: { onlyBundle: [] },
  checks: { pluginTimings: false },
};
