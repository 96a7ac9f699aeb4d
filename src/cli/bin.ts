#!/usr/bin/env node
import { main } from "./main.js";

// A reader that has seen enough, such as `head`, is no failure; a full disk is one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.stderr.write(`${error.message}\n`);
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

void main(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
}).then((code) => {
  // Not process.exit: what was written to a pipe must still drain.
  process.exitCode = code;
});
