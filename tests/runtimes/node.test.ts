import { nodeRuntimes } from "./runtimes.js";
import { describeJobs } from "./suite.js";

describeJobs("the Node that runs the tests", nodeRuntimes(process.execPath));
