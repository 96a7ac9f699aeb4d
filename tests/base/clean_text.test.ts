import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cleanJson, cleanLine } from "../../src/base/clean_text.js";

describe("a line that is printed", () => {
  it.each([
    ["a colour", "\u001b[31mred", "?[31mred"],
    ["a title", "\u001b]0;mine\u0007", "?]0;mine?"],
    ["C1 controls and DEL", "\u009b2J\u0085\u007f", "?2J??"],
    ["line ends of any kind", "a\nb\rc\u2028d\u2029e\tf", "a?b?c?d?e?f"],
    ["what turns the direction", "\u202etxt\u2066\u2069\u200f\u061c", "?txt????"],
    ["what cannot be seen", "a\u200bb\u200dc\u2060d\ufeffe\u00adf\u{e0041}", "a?b?c?d?e?f?"],
    ["half of a character", "\ud83d!", "?!"],
  ])("has a `?` for %s", (_what, text, clean) => {
    expect(cleanLine(text)).toBe(clean);
  });

  it.each(["plain text, 1+1=2 $5", "Ανν 🌊 née 好的 ñ e\u0301", "עברית العربية ไทย हिन्दी"])("keeps %s", (text) => {
    expect(cleanLine(text)).toBe(text);
  });
});

describe("JSON that is printed", () => {
  it("means the same, and has nothing to clean", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.string({ unit: "binary" }), (value, text) => {
        const json = cleanJson(JSON.stringify([value, text, "\u202e\u2028\u009b\u{e0041}"]));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify([value, text, "\u202e\u2028\u009b\u{e0041}"])));
        expect(cleanLine(json)).toBe(json);
      }),
    );
  });
});
