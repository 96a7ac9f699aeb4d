/** The suite runs on the TypeScript sources as native ES modules: `node --experimental-vm-modules`. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/tests/(live|package|runtimes)/"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }],
  },
  setupFiles: ["<rootDir>/tests/support/property_seed.ts", "<rootDir>/tests/support/stopped_clock.ts"],
  reporters: ["default", "<rootDir>/scripts/jest/reporter.cjs"],
  testTimeout: 60_000,
  // The default, half a second, is too short for a worker with a large heap on a busy core.
  workerGracefulExitTimeout: 5_000,
  // Each file's modules stay in its worker's heap, ten megabytes and more, and two hundred files fill what Node allows.
  workerIdleMemoryLimit: "1GB",
  // The default leaves a core idle; most tests wait for sockets.
  maxWorkers: "100%",
};
