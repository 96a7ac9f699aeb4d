import { nodeRuntimes } from "./runtimes.js";
import { describeRuntime } from "./suite.js";

describeRuntime("the Node that runs the tests", nodeRuntimes(process.execPath));
