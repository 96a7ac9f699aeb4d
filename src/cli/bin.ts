#!/usr/bin/env node
import { main } from "./main.js";

void main(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
}).then((code) => {
  // Not process.exit: what was written to a pipe must still drain.
  process.exitCode = code;
});
