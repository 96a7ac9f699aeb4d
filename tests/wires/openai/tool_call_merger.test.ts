import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { ToolCallDelta } from "../../../src/answer/delta.js";
import { ToolCallMerger } from "../../../src/wires/openai/tool_call_merger.js";

interface Call {
  name: string;
  args: string;
}

/** What the pieces that leave come to. */
function sum(pieces: readonly ToolCallDelta[]): { id: string; name: string; args: string }[] {
  const calls: { id: string; name: string; args: string }[] = [];
  for (const { index, id, name, args } of pieces) {
    const call = (calls[index] ??= { id: "", name: "", args: "" });
    call.id += id ?? "";
    call.name += name ?? "";
    call.args += args ?? "";
  }
  return calls;
}

const calls = fc.array(
  fc.record({
    name: fc.constantFrom("f", "g", "get_weather"),
    args: fc
      .dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.object({ maxDepth: 2 })))
      .map((value) => JSON.stringify(value)),
  }),
  { minLength: 1, maxLength: 4 },
);

interface Label {
  index?: number;
  id?: string;
  repeatsName?: true;
}

/** Ways in which servers label the pieces of call number `at`; the first piece comes with the name. */
const labels: [string, (at: number, isFirst: boolean) => Label][] = [
  ["as the standard has it", (at, isFirst) => ({ index: at, ...(isFirst ? { id: `id${at}` } : {}) })],
  ["with the id on every piece", (at) => ({ index: at, id: `id${at}` })],
  ["without ids", (at) => ({ index: at })],
  ["with empty ids", (at) => ({ index: at, id: "" })],
  ["without an index, with ids", (at) => ({ id: `id${at}` })],
  ["without an index, the id on the first piece", (at, isFirst) => (isFirst ? { id: `id${at}` } : {})],
  ["all with index 0, with ids", (at) => ({ index: 0, id: `id${at}` })],
  [
    "all with index 0, the id on the first piece",
    (at, isFirst) => ({ index: 0, ...(isFirst ? { id: `id${at}` } : {}) }),
  ],
  [
    "all with index 0, the name on every piece",
    (at, isFirst) => ({ index: 0, repeatsName: true, ...(isFirst ? { id: `id${at}` } : {}) }),
  ],
  ["all with the same id", (at) => ({ index: at, id: "0" })],
];

describe("whatever the labels and the cuts, the calls are those that were made", () => {
  it.each(labels)("%s", (_name, label) => {
    fc.assert(
      fc.property(calls, fc.array(fc.nat(), { maxLength: 6 }), (made: Call[], cuts) => {
        let made_up = 0;
        const merger = new ToolCallMerger(() => `new${made_up++}`);
        const left: ToolCallDelta[] = [];
        made.forEach(({ name, args }, at) => {
          const places = [
            0,
            ...[...new Set(cuts.map((cut) => cut % args.length))].filter((cut) => cut > 0).sort((a, b) => a - b),
            args.length,
          ];
          places.slice(1).forEach((end, position) => {
            const { repeatsName, ...labelled } = label(at, position === 0);
            const isNamed = position === 0 || repeatsName;
            const fn = { ...(isNamed ? { name } : {}), arguments: args.slice(places[position], end) };
            const delta = merger.add({ ...labelled, function: fn });
            if (delta) left.push(delta);
          });
        });
        const result = sum(left);
        expect(result.map(({ name, args }) => ({ name, args }))).toEqual(made);
        expect(new Set(result.map(({ id }) => id)).size).toBe(made.length);
        expect(result.every(({ id }) => id !== "")).toBe(true);
        expect(merger.count).toBe(made.length);
      }),
    );
  });

  it.each([null, undefined, 7, "call", []])("%p is no piece", (raw) => {
    expect(new ToolCallMerger(() => "x").add(raw)).toBeUndefined();
    expect(new ToolCallMerger(() => "x").addWhole(raw)).toBeUndefined();
  });
});
