import { bunRuntimes } from "./runtimes.js";
import { describeRuntime } from "./suite.js";

describeRuntime("Bun", bunRuntimes());
