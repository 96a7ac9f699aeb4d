import { describe, expect, it } from "@jest/globals";
import { checkOptions, type OptionChecks } from "../../src/base/check_options.js";
import { ConfigurationError } from "../../src/base/errors.js";

interface Options {
  size?: number;
  key?: string;
}

const CHECKS: OptionChecks<Options> = {
  size: [(value) => typeof value === "number", "It must be a number."],
  key: [(value) => value === "sesame", "Copy the key again.", "secret"],
};

// Users of JavaScript pass anything.
const check = (options: object) => () => checkOptions("`Thing`", options as Options, CHECKS, ["key"]);

describe("checkOptions", () => {
  it.each([
    [
      "an option that does not exist",
      { key: "sesame", sise: 1 },
      "sise",
      "`Thing` has no option `sise`. Write `size`.",
    ],
    [
      "one that is like none",
      { key: "sesame", colour: 1 },
      "colour",
      "`Thing` has no option `colour`. It has size, key.",
    ],
    ["a name that every object has", { key: "sesame", toString: 1 }, "toString", "has no option"],
    ["a value that cannot be", { key: "sesame", size: "2" }, "size", '`size` is `"2"`. It must be a number.'],
    ["a secret, which it does not show", { key: "open" }, "key", "`key` cannot be used. Copy the key again."],
    ["one that is missing", { size: 1 }, "key", "`Thing` needs the option `key`. Copy the key again."],
  ])("refuses %s", (_, options, option, message) => {
    expect(check(options)).toThrow(message);
    expect(check(options)).toThrow(ConfigurationError);
    expect(check(options)).toThrow(expect.objectContaining({ option }));
  });

  it("takes the others, and those that are undefined", () => {
    expect(check({ key: "sesame", size: undefined })).not.toThrow();
  });
});
