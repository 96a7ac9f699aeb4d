import { writeFileSync } from "node:fs";
import { runJob } from "./job.js";

/** In a process: runs the job and writes what it saw into a file beside it. */
void runJob((check) => console.error(check)).then((findings) =>
  writeFileSync("findings.json", JSON.stringify(findings)),
);
