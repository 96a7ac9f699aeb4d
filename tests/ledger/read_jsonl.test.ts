import crypto from "node:crypto";
import fs, { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import nodePath, { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { linesOf } from "../../src/ledger/lines.js";
import { readLedger } from "../../src/ledger/read_jsonl.js";
import { cost, entry } from "./entries.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  path = join(folder, "usage.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines: [what: string, line: string, reason: string][] = [
  ["no JSON", "hello", "not JSON"],
  ["no object", "[]", "expected object"],
  ["a newer version", '{"schemaVersion":2}', "its schemaVersion is `2`, this package reads 1"],
  ["a missing field", JSON.stringify({ ...entry(), cost: undefined }), "`cost`"],
  [
    "an amount that is none",
    JSON.stringify(entry({ cost: { ...entry().cost, usd: "1e3" } })),
    "`cost.usd`: not an amount in USD",
  ],
  [
    "a count that is none",
    JSON.stringify(entry({ usage: { inputTokens: -1, outputTokens: 0, source: "server" } })),
    "`usage.inputTokens`",
  ],
  ["a time that is none", JSON.stringify(entry({ startedAt: "yesterday" })), "`startedAt`: not a time"],
  ["an unknown outcome", JSON.stringify({ ...entry(), outcome: "fine" }), "`outcome`"],
];

describe("a line that is no entry", () => {
  it.each(lines)("%s is skipped and reported", async (_what, line, reason) => {
    writeFileSync(path, `${line}\n\n${JSON.stringify(entry())}\n`);
    const { entries: read, skipped } = await readLedger(path);
    expect(read).toEqual([entry()]);
    expect(skipped).toEqual([{ kind: "skipped", line: 1, reason: expect.stringContaining(reason), isTorn: false }]);
  });

  it("is not one with fields that are not known yet", async () => {
    const later = { ...entry(), focus: { sku: 1 }, cost: { ...entry().cost, currency: "USD" } };
    writeFileSync(path, `${JSON.stringify(later)}\n`);
    expect((await readLedger(path)).entries).toEqual([later]);
  });

  it("is not one that came before: it counts once", async () => {
    writeFileSync(path, `${JSON.stringify(entry())}\n`.repeat(3));
    expect(await readLedger(path)).toMatchObject({ entries: [entry()], repeated: 2 });
  });
});

describe("an entry that comes again", () => {
  const write = (...lines: object[]) => writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

  it.each<[string, object]>([
    ["as it is", entry()],
    [
      "with its fields in another order and a time in another form",
      Object.fromEntries(Object.entries(entry({ startedAt: "2026-11-21T00:59:59+01:00" })).reverse()),
    ],
    ["priced anew", entry({ cost: cost("7") })],
    ["with labels of a later reader", { ...entry(), user: "ann", team: "a" }],
  ])("counts once: %s", async (_what, again) => {
    write(entry(), again);
    expect(await readLedger(path)).toMatchObject({ entries: [entry()], repeated: 1 });
  });

  it.each<[string, Partial<LedgerEntry>]>([
    ["began at another time", { startedAt: "2026-11-20T23:59:59.001Z" }],
    ["ended at another time", { endedAt: "2026-11-21T00:00:01.001Z" }],
    ["asked another model", { modelRequested: "coyote" }],
    ["ended otherwise", { outcome: "error" }],
    ["used something else", { usage: { inputTokens: 1000, outputTokens: 101, source: "server" } }],
    ["used nothing", { usage: undefined }],
  ])("is another call of the same id where it %s", async (_what, other) => {
    write(entry(), entry(other), entry(other));
    const { entries: read, repeated } = await readLedger(path);
    expect([read.length, repeated]).toEqual([2, 1]);
  });
});

describe("lines that are too long", () => {
  it.each([1, 9, 10, 64])("are left out, and those after them read, in pieces of %i bytes", async (highWaterMark) => {
    writeFileSync(path, ["0123456789", "01234567890", "", "é".repeat(5), "x".repeat(1_000), "end"].join("\n"));
    const { createReadStream } = fs;
    const pieces = {
      ...fs,
      createReadStream: (file: string, options: object) => createReadStream(file, { ...options, highWaterMark }),
    };
    const read = [];
    for await (const { text, isLast } of linesOf({ crypto, path: nodePath, fs: pieces as typeof fs }, path, {
      maxBytes: 10,
    }))
      read.push([text, isLast]);
    expect(read).toEqual([
      ["0123456789", false],
      [undefined, false],
      ["", false],
      ["ééééé", false],
      [undefined, false],
      ["end", true],
    ]);
  });

  it("are skipped and named, at more than a mebibyte", async () => {
    const padded = (bytes: number) => {
      const { length } = JSON.stringify({ ...entry(), pad: "" });
      return JSON.stringify({ ...entry({ id: `${bytes}` }), pad: "p".repeat(bytes - length) });
    };
    const [whole, long] = [padded(1_000_000), padded(1_048_600)];
    writeFileSync(path, [whole, long, JSON.stringify(entry()), `{"${"x".repeat(1_048_576)}`].join("\n"));
    const { entries: read, skipped } = await readLedger(path);
    expect(read.map(({ id }) => id)).toEqual(["1000000", "run-1"]);
    expect(skipped).toEqual([
      { kind: "skipped", line: 2, reason: "longer than 1048576 bytes", isTorn: false },
      { kind: "skipped", line: 4, reason: "torn: the line has no end", isTorn: true },
    ]);
  });
});

describe("a line that is refused", () => {
  it.each([
    ["its version", { schemaVersion: `\u001b[2J\u202e${"v".repeat(1_000)}` }],
    [
      "the place in it",
      { ...entry(), cost: { ...entry().cost, components: { [`\u001b\n\u2028${"c".repeat(1_000)}`]: { usd: 5 } } } },
    ],
    ["a version that is no text", { schemaVersion: { toString: 1 } }],
  ])("is named in one short line without what drives a terminal, by %s", async (_what, line) => {
    writeFileSync(path, `${JSON.stringify(line)}\n`);
    const { skipped } = await readLedger(path);
    expect(skipped).toEqual([
      expect.objectContaining({
        reason: expect.stringMatching(/^(?:its schemaVersion is|`cost\.components\.)[^\p{Cc}\p{Cf}\p{Zl}]*$/u),
      }),
    ]);
    expect(skipped[0]?.reason.length).toBeLessThanOrEqual(300);
  });
});
