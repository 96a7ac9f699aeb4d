/** The tests against a real llama.cpp server: one after the other, as each may start a server of its own. */
const shared = require("../jest.config.cjs");

module.exports = {
  ...shared,
  rootDir: "..",
  roots: ["<rootDir>/tests/live"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
  verbose: true,
  testTimeout: 120_000,
};
