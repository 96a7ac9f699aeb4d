#!/usr/bin/env node
import { cleanLine } from "../base/clean_text.js";
import { main } from "./main.js";

// A reader that has seen enough, such as `head`, is no failure; a full disk is one.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.stderr.write(`${cleanLine(error.message)}\n`);
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

void main(process.argv.slice(2), {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  // To the line's beginning, and what was there is erased.
  ...(process.stderr.isTTY ? { status: (text: string) => void process.stderr.write(`\r\u001b[K${text}`) } : {}),
}).then((code) => {
  // Not process.exit: what was written to a pipe must still drain.
  process.exitCode = code;
});
