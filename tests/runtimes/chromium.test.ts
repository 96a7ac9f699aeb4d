import { browserRuntimes } from "./runtimes.js";
import { describeJobs } from "./suite.js";

describeJobs("Chromium", browserRuntimes());
