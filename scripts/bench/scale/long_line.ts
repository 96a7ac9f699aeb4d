import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtPackage } from "../subject.js";
import { driver } from "./books.js";
import type { Work } from "./client.js";

const GOOD = 2;

/** How many of the good entries cannot be read that stand behind a line of so many megabytes. */
export const lostBehindLongLine: Work = async ({ size }) => {
  const { CostCallbackHandler, JsonlLedger, readLedger } = await builtPackage();
  const folder = await mkdtemp(join(tmpdir(), "scale-"));
  try {
    const path = join(folder, "ledger.jsonl");
    const file = await open(path, "w");
    await file.truncate(size * 1_000_000); // a hole in the file, which reads as zeros and takes no room
    await file.write("\n", size * 1_000_000);
    await file.close();
    const ledger = new JsonlLedger(path);
    const drive = driver(new CostCallbackHandler({ ledger, onUnpriced: "zero" }));
    for (let call = 0; call < GOOD; call++) drive();
    const read = await readLedger(path).catch(() => undefined);
    return GOOD - (read?.entries.length ?? 0);
  } finally {
    await rm(folder, { recursive: true });
  }
};
