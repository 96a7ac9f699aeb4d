/** Prints one plain closing line, since not every CI reads jest's own summary. */
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = results;
    const failed = numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0);
    process.stdout.write(`Tests: ${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`);
  }
};
