/** Tests of the packed tarball: they build, install from the registry and compile, so `npm test` leaves them out. */
const { testPathIgnorePatterns: _, ...base } = require("../../jest.config.cjs");

module.exports = {
  ...base,
  rootDir: "../..",
  roots: ["<rootDir>/tests/package"],
  testTimeout: 300_000,
};
