/**
 * Makes a ledger of made-up calls, its page, and a picture of the page: `npx tsx scripts/report/run.ts`. The picture is
 * docs/images/report.png; `--dark`, `--width 390`, `--height 2000` and `--to FILE` make others.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { main } from "../../src/cli/main.js";
import { findChromium } from "../../tests/runtimes/chromium.js";
import { Chromium } from "../../tests/support/devtools.js";
import { sampleEntries } from "./sample_entries.js";

const { values } = parseArgs({
  options: {
    dark: { type: "boolean", default: false },
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "1180" },
    calls: { type: "string", default: "12000" },
    to: { type: "string", default: "docs/images/report.png" },
  },
});

const program = findChromium();
if (program === undefined) throw new Error("There is no Chromium. Install Debian's: apt-get install chromium");
const folder = mkdtempSync(join(tmpdir(), "report-"));
const browser = await Chromium.open(program);
try {
  const ledger = join(folder, "usage.jsonl");
  const sample = { calls: Number(values.calls), days: 42, users: 60, from: "2026-10-05T00:00:00Z" };
  writeFileSync(ledger, [...sampleEntries(sample)].map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  const io = {
    out: (text: string) => void process.stdout.write(`${text}\n`),
    err: (text: string) => void process.stderr.write(`${text}\n`),
  };
  const page = join(folder, "report.html");
  process.exitCode = await main(["report", ledger, "--html", page], io);
  const size = { width: Number(values.width), height: Number(values.height) };
  await browser.go(pathToFileURL(page).href, { ...size, isDark: values.dark });
  mkdirSync(dirname(values.to), { recursive: true });
  writeFileSync(values.to, await browser.screenshot());
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
