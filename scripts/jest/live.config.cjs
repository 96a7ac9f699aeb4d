/**
 * The tests against real servers: one after the other, as each may start a server of its own. llama.cpp comes from a package
 * registry; an Ollama has to be there, with a model that has tools, which `OLLAMA_LIVE_MODEL` names.
 */
const shared = require("../../jest.config.cjs");

const withoutOllama = process.env.OLLAMA_LIVE_MODEL === undefined ? ["<rootDir>/tests/live/ollama.test.ts"] : [];

module.exports = {
  ...shared,
  rootDir: "../..",
  roots: ["<rootDir>/tests/live"],
  testPathIgnorePatterns: ["/node_modules/", ...withoutOllama],
  maxWorkers: 1,
  verbose: true,
  testTimeout: 120_000,
};
