import { z } from "zod";
import { CostCallbackHandler, MemoryLedger, type LedgerEntry } from "../../../src/index.js";
import { serverOf, type Subject } from "./models.js";

/** Something that is tried with a model. It tells what it saw, as plain data. */
export type Check = (subject: Subject) => Promise<unknown>;

export const question = "Why do tides come twice a day?";

/** A tool's description. */
export const add = { name: "add", description: "Adds.", schema: z.object({ a: z.number(), b: z.number() }) };

/** The entry of one call. */
export async function bookedInMemory(subject: Subject): Promise<LedgerEntry[]> {
  const ledger = new MemoryLedger();
  await subject.at(serverOf("answers")).invoke(question, { callbacks: [new CostCallbackHandler({ ledger })] });
  return ledger.entries;
}
