const { execFileSync } = require("node:child_process");

/** Builds the package for the tests in other runtimes as it is published, but for its types, in a folder of its own. */
module.exports = function buildPackage() {
  const options = [
    "--config",
    "langchain.config.js",
    "--filter",
    "code",
    "--filter",
    "vocabulary",
    "--out-dir",
    ".cache/runtimes/dist",
  ];
  execFileSync(process.execPath, ["node_modules/tsdown/dist/run.mjs", ...options], {
    stdio: ["ignore", "ignore", "inherit"],
  });
};
