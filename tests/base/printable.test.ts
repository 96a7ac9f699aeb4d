import { describe, expect, it } from "@jest/globals";
import { MeteredError } from "../../src/base/errors.js";
import { printable } from "../../src/base/printable.js";

describe("a text that can be printed", () => {
  it.each([
    ["colours", "\u001b[31mred\u001b[0m", String.raw`\u001b[31mred\u001b[0m`],
    ["a title, and the bell", "\u001b]0;title\u0007", String.raw`\u001b]0;title\u0007`],
    ["the controls of Latin-1", "a\u009b2Jb\u007f", String.raw`a\u009b2Jb\u007f`],
    ["a line that is written over", "good\rbad", String.raw`good\u000dbad`],
    ["marks of direction", "a\u202egpj.exe", String.raw`a\u202egpj.exe`],
  ])("shows %s", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it("keeps what is none of this", () => {
    const text = "Größe\t1\n日本語 🙂 \u00a0 \u200d";
    expect(printable(text)).toBe(text);
    expect(printable("two\r\nlines")).toBe("two\nlines");
  });

  it("is the message of each of our errors", () => {
    const error = new MeteredError("said \u001b[2J");
    expect(error.message).toBe(String.raw`said \u001b[2J`);
    expect(error.stack).not.toContain("\u001b");
  });
});
