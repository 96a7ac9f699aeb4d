/**
 * Tests in real runtimes that are not Node: they build and bundle the package and start Chromium and workerd, so `npm test`
 * leaves them out.
 */
const { testPathIgnorePatterns: _, ...base } = require("../../jest.config.cjs");

module.exports = {
  ...base,
  rootDir: "../..",
  roots: ["<rootDir>/tests/runtimes"],
  globalSetup: "<rootDir>/scripts/jest/build_package.cjs",
  maxWorkers: 1,
  testTimeout: 120_000,
};
