import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { MeteredError } from "../../src/base/errors.js";
import { CostCallbackHandler, JsonlLedger, MemoryLedger, readEntries, readLedger } from "../../src/callbacks.js";
import { MILLIONS, PRICES } from "./prices.js";
import { ScriptedModel } from "./scripted_model.js";

const model = new ScriptedModel({ answer: { messages: [{ content: "hi", usage_metadata: MILLIONS }] } });
const { getBuiltinModule } = process;

describe.each<[runtime: string, change: () => void]>([
  ["no modules of Node's", () => Reflect.set(process, "getBuiltinModule", () => undefined)],
  ["a Node from before 20.16", () => Reflect.set(process, "getBuiltinModule", undefined)],
])("a runtime with %s", (_runtime, change) => {
  beforeEach(change);
  afterEach(() => void Reflect.set(process, "getBuiltinModule", getBuiltinModule));

  it("makes a ledger in a file, and says when it is used that there are no files", async () => {
    const ledger = new JsonlLedger("usage.jsonl");
    ledger.close();
    const needsFiles = "A ledger in a file needs a runtime with files: Node (20.16 or later";
    expect(() => ledger.record(new MemoryLedger().entries[0] as never)).toThrow(MeteredError);
    expect(() => ledger.record({} as never)).toThrow(needsFiles);
    await expect(readLedger("usage.jsonl")).rejects.toThrow(needsFiles);
    await expect(readEntries("usage.jsonl").next()).rejects.toThrow(MeteredError);
  });

  it("counts all the same, and warns of the ledger once", async () => {
    const costs = new CostCallbackHandler({ table: PRICES, ledger: new JsonlLedger("usage.jsonl") });
    for (let i = 0; i < 2; i++) await model.invoke("hi", { callbacks: [costs] });
    expect(costs.totals).toMatchObject({ calls: 2, costUsd: "10" });
    expect(costs.totals.warnings).toEqual([expect.stringContaining("A ledger in a file needs a runtime with files")]);
  });
});
