import { describe, expect, it } from "@jest/globals";
import { ConfigurationError } from "../../src/base/errors.js";
import { toHeaders } from "../../src/transport/headers.js";

describe("headers", () => {
  it.each<[string, Record<string, string | undefined>, Record<string, string>]>([
    ["leave under lower-case names", { "Content-Type": "a", "x-team": "b" }, { "content-type": "a", "x-team": "b" }],
    [
      "the later in place of the earlier",
      { authorization: "ours", Authorization: "theirs" },
      { authorization: "theirs" },
    ],
    ["without those that are undefined", { "x-team": undefined }, {}],
    ["with Latin letters and tabs", { "x-team": "Gezeiten\tMüller" }, { "x-team": "Gezeiten\tMüller" }],
    ["as text, also where an untyped caller passes a number", { "x-count": 5 as never }, { "x-count": "5" }],
  ])("%s", (_, given, clean) => {
    expect(toHeaders(given)).toEqual(clean);
  });

  it.each<[string, Record<string, string>, string]>([
    ["a line break, which would forge another header", { "x-key": "secret\r\nx-forged: 1" }, "`x-key`"],
    ["a character beyond Latin-1", { "x-key": "secret \u{1f30a}" }, "`x-key`"],
    ["a name that is none", { "x key": "secret" }, "`x key`"],
    ["an empty name", { "": "secret" }, "``"],
  ])("with %s are refused, and the value is not shown", (_, given, word) => {
    expect(() => toHeaders(given)).toThrow(ConfigurationError);
    expect(() => toHeaders(given)).toThrow(word);
    expect(() => toHeaders(given)).not.toThrow("secret");
  });
});
