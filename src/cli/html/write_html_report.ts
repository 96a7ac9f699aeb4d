import { randomUUID } from "node:crypto";
import { realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ConfigurationError } from "../../base/errors.js";
import type { Printer } from "../io.js";
import { readWithProgress } from "../progress.js";
import { costFigure, readableCount } from "./figures.js";
import { toPage } from "./page.js";
import { PageSums } from "./page_sums.js";

/**
 * Writes what a ledger's file says as a page: one file that loads nothing, for its owner's eyes (mode 600), whole or not at all.
 * @returns the exit code
 * @throws ConfigurationError when the ledger cannot be read, or the page not be written: where there is no such folder, over
 * the ledger itself, or in place of what is no file
 */
export async function writeHtmlReport(
  file: string,
  target: string,
  maxPriceAgeDays: number,
  printer: Printer,
): Promise<number> {
  const place = await placeOf(file, target);
  const sums = new PageSums(maxPriceAgeDays);
  for await (const item of readWithProgress(file, printer)) sums.take(item);
  await replace(place, toPage(sums, { name: basename(file), at: new Date() }));
  const total = sums.total.sums();
  const { exact, shown } = costFigure(total);
  const cost = exact ?? (typeof shown === "string" ? shown : "unpriced");
  const calls = `${readableCount(total.calls)} ${total.calls === 1 ? "call" : "calls"}`;
  printer.out([`Wrote \`${target}\`: ${calls}, ${cost}.`]);
  return 0;
}

/** Where the page goes: where a link leads to, and in place of a file at most, since a device would be gone. */
async function placeOf(ledger: string, target: string): Promise<string> {
  const [from, to] = await Promise.all([ledger, target].map((path) => stat(path).catch(() => undefined)));
  if (to === undefined) return target;
  if (to.dev === from?.dev && to.ino === from.ino)
    throw new ConfigurationError("--html", `\`${target}\` is the ledger itself.`, "Name another file for the page.");
  if (!to.isFile()) throw new ConfigurationError("--html", `\`${target}\` is not a file.`, "Name a file for the page.");
  return realpath(target);
}

async function replace(target: string, text: string): Promise<void> {
  const part = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  try {
    await writeFile(part, text, { mode: 0o600, flag: "wx" });
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    const { message } = error as NodeJS.ErrnoException; // what file operations fail with
    throw new ConfigurationError("--html", `\`${target}\` cannot be written: ${message}.`, "Check the folder.");
  }
}
