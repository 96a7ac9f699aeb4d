import { browserRuntimes } from "./runtimes.js";
import { describeRuntime } from "./suite.js";

describeRuntime("Chromium", browserRuntimes());
