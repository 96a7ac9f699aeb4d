import { denoRuntimes } from "./runtimes.js";
import { describeRuntime } from "./suite.js";

describeRuntime("Deno", denoRuntimes());
