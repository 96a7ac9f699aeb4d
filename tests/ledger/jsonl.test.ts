import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import fs, {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ConfigurationError, MeteredError } from "../../src/base/errors.js";
import type { LedgerEntry } from "../../src/ledger/entry.js";
import { JsonlLedger } from "../../src/ledger/jsonl.js";
import { readEntries, readLedger } from "../../src/ledger/read_jsonl.js";
import { cost, entries, entry } from "./entries.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ledger-"));
  path = join(folder, "usage.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a ledger in a file", () => {
  it("gives back what was put in, in order", async () => {
    const ledger = new JsonlLedger(path);
    const written = entries(3, (index) => ({
      tags: [`line\u2028${index}\n`],
      user: "Ανν 🌊",
      pricing: { gpuUsdPerHour: "2" },
    }));
    for (const one of written) ledger.record(one);
    expect(await readLedger(path)).toEqual({ entries: written, skipped: [], repeated: 0 });
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  });

  it("gives back any text and number", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ user: fc.string({ unit: "binary", minLength: 1 }), latencyMs: fc.nat() })),
        async (some) => {
          const file = join(mkdtempSync(join(folder, "p-")), "x.jsonl");
          const written = entries(some.length + 1, (index) => some[index] ?? {});
          const ledger = new JsonlLedger(file);
          for (const one of written) ledger.record(one);
          ledger.close();
          expect((await readLedger(file)).entries).toEqual(written);
        },
      ),
      { numRuns: 10 },
    );
  });

  it("is there as soon as record returns, and is made with its folder by the first entry", async () => {
    const nested = join(folder, "a/b/usage.jsonl");
    const ledger = new JsonlLedger(nested, { fsync: true });
    expect(existsSync(nested)).toBe(false);
    ledger.record(entry());
    expect(readFileSync(nested, "utf8")).toBe(`${JSON.stringify(entry())}\n`);
  });

  it("is continued by the next ledger on it, and after close", async () => {
    for (const name of ["a", "b"]) {
      const ledger = new JsonlLedger(path);
      ledger.record(entry({ id: `${name}1` }));
      ledger.close();
      ledger.record(entry({ id: `${name}2` }));
    }
    expect((await readLedger(path)).entries.map(({ id }) => id)).toEqual(["a1", "a2", "b1", "b2"]);
  });

  it("refuses an empty path, and says which path cannot be written or read", async () => {
    expect(() => new JsonlLedger("")).toThrow(ConfigurationError);
    writeFileSync(join(folder, "file"), "");
    const impossible = join(folder, "file/usage.jsonl");
    expect(() => new JsonlLedger(impossible).record(entry())).toThrow(MeteredError);
    expect(() => new JsonlLedger(impossible).record(entry())).toThrow(`\`${impossible}\` cannot be written`);
    await expect(readLedger(path)).rejects.toThrow(`The ledger \`${path}\` cannot be read: ENOENT`);
  });
});

describe("a file that cannot be", () => {
  // Under /proc Node's own recursive `mkdir` never returns.
  it.each(["/proc/nope/usage.jsonl", "/proc/nope/deep/usage.jsonl", "/dev/null/usage.jsonl"])(
    "is said at once: %s",
    (impossible) => {
      expect(() => new JsonlLedger(impossible).record(entry())).toThrow(
        `The ledger \`${impossible}\` cannot be written`,
      );
    },
  );

  it("is said where a link on its way leads nowhere", () => {
    symlinkSync("/nowhere/at/all", `${path}.link`);
    const beyond = `${path}.link/usage.jsonl`;
    expect(() => new JsonlLedger(beyond).record(entry())).toThrow("cannot be written");
  });
});

describe("a file that a crash has torn", () => {
  it.each([1, 10, 300])("reads without its last %i bytes, and says so", async (bytes) => {
    const ledger = new JsonlLedger(path);
    for (const one of entries(3)) ledger.record(one);
    truncateSync(path, statSync(path).size - bytes - 1);
    const { entries: read, skipped } = await readLedger(path);
    expect(read.map(({ id }) => id)).toEqual(["run-0", "run-1"]);
    expect(skipped).toEqual([{ kind: "skipped", line: 3, reason: "torn: the line has no end", isTorn: true }]);
  });

  it("takes a last line that lacks nothing but its end", async () => {
    writeFileSync(path, JSON.stringify(entry()));
    expect((await readLedger(path)).entries).toEqual([entry()]);
  });

  it("is continued on a line of its own", async () => {
    writeFileSync(path, `${JSON.stringify(entry({ id: "a" }))}\n{"schemaVersion":1,"id":"to`);
    new JsonlLedger(path).record(entry({ id: "b" }));
    const { entries: read, skipped } = await readLedger(path);
    expect(read.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(skipped).toEqual([{ kind: "skipped", line: 2, reason: "not JSON", isTorn: false }]);
  });
});

describe("a file that another process has torn meanwhile", () => {
  it("loses no entry of those that go on", async () => {
    const ledger = new JsonlLedger(path);
    ledger.record(entry({ id: "a" }));
    appendFileSync(path, '{"schemaVersion":1,"id":"to');
    ledger.record(entry({ id: "b" }));
    ledger.record(entry({ id: "c" }));
    const { entries: read, skipped } = await readLedger(path);
    expect(read.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(skipped).toEqual([{ kind: "skipped", line: 2, reason: "not JSON", isTorn: false }]);
  });
});

describe("a line that is written", () => {
  it("is short and one that readers take, whatever the entry holds", async () => {
    const long = "\u0001😀".repeat(50_000);
    const ledger = new JsonlLedger(path);
    ledger.record(
      entry({ user: long, modelServed: long, tags: Array<string>(1_000).fill(long), metadata: { [long]: long } }),
    );
    ledger.record(entry({ id: "huge", cost: cost("9".repeat(99)) }));
    expect(
      readFileSync(path, "utf8")
        .split("\n")
        .every((line) => Buffer.byteLength(line) < 65_536),
    ).toBe(true);
    const { entries: read, skipped } = await readLedger(path);
    expect([read.length, skipped, read[1]?.cost.status]).toEqual([2, [], "unpriced"]);
  });

  it("is refused where it is long for fields that are not an entry's", () => {
    const ledger = new JsonlLedger(path);
    expect(() => ledger.record({ ...entry(), mine: "x".repeat(70_000) } as LedgerEntry)).toThrow(
      'the entry `"run-1"` has 70',
    );
    expect(existsSync(path)).toBe(false);
  });
});

const onPosix = process.platform === "win32" ? describe.skip : describe;

onPosix("who may read a ledger", () => {
  const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

  it("is its owner alone, where the ledger made the file and its folders", () => {
    const before = process.umask(0);
    try {
      new JsonlLedger(join(folder, "a/b/usage.jsonl")).record(entry());
    } finally {
      process.umask(before);
    }
    expect(["a", "a/b", "a/b/usage.jsonl"].map((file) => modeOf(join(folder, file)))).toEqual(["700", "700", "600"]);
  });

  it("stays as it was where they were there before", () => {
    writeFileSync(path, "");
    chmodSync(path, 0o664);
    chmodSync(folder, 0o755);
    new JsonlLedger(path).record(entry());
    expect([modeOf(folder), modeOf(path)]).toEqual(["755", "664"]);
  });
});

onPosix("a pipe", () => {
  it("that nobody reads is an error, and does not halt the process", () => {
    execFileSync("mkfifo", [path]);
    expect(() => new JsonlLedger(path).record(entry())).toThrow(/cannot be written: .*ENXIO/);
  });

  it("takes entries while it is read, and says when it is full", () => {
    execFileSync("mkfifo", [path]);
    const reader = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const read = () => {
      const bytes = Buffer.alloc(1_000_000);
      return bytes.toString("utf8", 0, fs.readSync(reader, bytes));
    };
    const ledger = new JsonlLedger(path);
    try {
      ledger.record(entry());
      expect(read()).toBe(`${JSON.stringify(entry())}\n`);
      const big = (at: number) => entry({ id: `run-${at}`, tags: Array<string>(30).fill("t".repeat(250)) });
      let written = 0;
      expect(() => {
        for (; written < 1_000; written += 1) ledger.record(big(written));
      }).toThrow("EAGAIN");
      const first = read();
      ledger.record(entry({ id: "after" }));
      const whole = `${first}${read()}`.split("\n").flatMap((line) => {
        try {
          return [(JSON.parse(line) as LedgerEntry).id];
        } catch {
          return [];
        }
      });
      expect(whole).toEqual([...Array.from({ length: written }, (_, at) => `run-${at}`), "after"]);
    } finally {
      ledger.close();
      fs.closeSync(reader);
    }
  });
});

/** Starts a process that writes; resolves when it has written `count` entries. */
async function writer(name: string, count: number): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "tests/ledger/writer_process.ts", path, name, String(count)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

describe("a file that processes write which are killed", () => {
  it("has every entry of each whose record returned, whole, and can be read meanwhile", async () => {
    const children = await Promise.all([writer("a", 50), writer("b", 50)]);
    const during: string[] = [];
    for await (const item of readEntries(path)) if (item.kind === "entry") during.push(item.entry.id);
    for (const child of children) await kill(child);
    appendFileSync(path, '{"cut');
    const { entries: read, skipped, repeated } = await readLedger(path);
    const ids = new Set(read.map(({ id }) => id));
    for (const name of ["a", "b"]) for (let i = 0; i < 50; i++) expect(ids).toContain(`${name}-${i}`);
    expect(during.every((id) => ids.has(id))).toBe(true);
    expect(during.length).toBeGreaterThanOrEqual(100);
    expect([repeated, skipped.map(({ reason }) => reason)]).toEqual([0, ["torn: the line has no end"]]);
  });
});
