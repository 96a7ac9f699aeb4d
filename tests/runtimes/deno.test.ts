import { denoRuntimes } from "./runtimes.js";
import { describeJobs } from "./suite.js";

describeJobs("Deno", denoRuntimes());
