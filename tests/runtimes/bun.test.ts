import { bunRuntimes } from "./runtimes.js";
import { describeJobs } from "./suite.js";

describeJobs("Bun", bunRuntimes());
