import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fits, jsonBytes, SchemaRoom } from "../../src/base/schema_room.js";

it("counts the bytes of a value as JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(jsonBytes(value)).toBe(new TextEncoder().encode(JSON.stringify(value)).length);
    }),
  );
  expect(jsonBytes("aé€😀")).toBe(12);
});

describe("the room of a request", () => {
  it("is what the schemas before have left", () => {
    const room = new SchemaRoom(100);
    const asked: number[] = [];
    const write = (name: string, added: number, isWhole = true) =>
      room.write(name, (most) => {
        asked.push(most);
        return { value: name, added, isWhole };
      });
    expect([write("a", 30), write("b", 0, false), write("c", 70), write("b", 0, false)]).toEqual(["a", "b", "c", "b"]);
    expect(asked).toEqual([100, 70, 70, 0]);
    expect(room.tooLarge).toEqual(["b"]);
    expect(room.warning("So.")).toBe(
      "Written out, the references in the schema of `b` would add more than `maxSchemaBytes` (100) to the request, or nest too deep: So.",
    );
    expect(new SchemaRoom().warning("So.")).toBeUndefined();
  });

  it.each<[boolean, number, number, number, boolean]>([
    [true, 10, 100, 50, true],
    [true, 10, 100, 5, false],
    [false, 0, 100, 200, false],
    [false, 0, 100, 100, true],
  ])("whole: %s, %d bytes, made for %d, does for %d: %s", (isWhole, added, madeFor, most, expected) => {
    expect(fits({ value: {}, added, isWhole }, madeFor, most)).toBe(expected);
  });
});
