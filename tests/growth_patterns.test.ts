import { describe, expect, it } from "@jest/globals";
import { priceOf } from "../src/pricing/look_up/price_of.js";
import { isMissingRoute } from "../src/providers/openllm/negotiate/base_urls.js";
import { errorInBody, serverError } from "../src/transport/server_error.js";
import { isSuperLinear } from "./support/hard_texts.js";
import { longestMatched } from "./support/native_work.js";
import { patternsOfSource, type FoundPattern } from "./support/patterns.js";

interface Bounded {
  file: string;
  pattern: string;
  /** No longer text is ever tried. */
  most: number;
  /** What a stranger may send, as long as it likes. */
  meet: (length: number) => unknown;
}

const context = { server: "it" };
const textOf = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length));
const errorPage = (text: string) => serverError(404, new Headers(), text, context);

/** Patterns that a long text would be hard for, and that never meet one. */
const BOUNDED: readonly Bounded[] = [
  {
    file: "transport/context_window.ts",
    pattern: String.raw`/(\d+) in the messages/i`,
    most: 10_000,
    meet: (length) => errorInBody({ message: `prompt is too long ${textOf("1", length)}` }, "", context),
  },
  {
    file: "providers/openllm/negotiate/base_urls.ts",
    pattern: "/no route|route .*not found|unknown (route|path|endpoint)/i",
    most: 500,
    meet: (length) => isMissingRoute(errorPage(textOf("route ", length)), "http://localhost/v1"),
  },
];

/** Where patterns are put together of constants. They meet ids of models only, and long ones are none. */
const BUILDERS_FOR_IDS = ["pricing/look_up/model_size.ts", "pricing/look_up/providers.ts"];
/** And where they are not of strangers' making: copies of literals with another flag, and a credential's characters one after the other. */
const OTHER_BUILDERS = ["providers/openllm/negotiate/quotations.ts", "transport/secret_forms.ts"];
const LONGEST_ID = 256;

const { literals, builders } = patternsOfSource();
const nameOf = ({ file, pattern }: FoundPattern): string => `${file} ${String(pattern)}`;
const files = [...new Set(literals.map(({ file }) => file))];

describe("the steps of a regular expression grow no faster than the text", () => {
  it.each(files)("in src/%s, but where the text has a limit", (file) => {
    const found = literals.filter((each) => each.file === file && isSuperLinear(each.pattern)).map(nameOf);
    const bounded = BOUNDED.filter((each) => each.file === file).map(({ pattern }) => `${file} ${pattern}`);
    expect(found.sort()).toEqual(bounded.sort());
  });

  it.each(BOUNDED)("no text of more than $most characters meets $pattern", ({ pattern, most, meet }) => {
    expect(longestMatched(() => meet(most / 2), pattern)).toBeGreaterThanOrEqual(most / 2);
    expect(longestMatched(() => meet(20 * most), pattern)).toBe(most);
  });

  it("patterns that are put together meet only ids of a length that ids have", () => {
    expect(builders).toEqual([...BUILDERS_FOR_IDS, ...OTHER_BUILDERS]);
    const units = ["7b-", "1x", "accounts/", "a", "0.", "-"];
    const tried = (length: number) =>
      Math.max(...units.map((unit) => longestMatched(() => priceOf(textOf(unit, length).slice(0, length)))));
    expect(tried(LONGEST_ID)).toBe(LONGEST_ID);
    expect(tried(100_000)).toBeLessThanOrEqual(LONGEST_ID);
  });
});

describe("the search for hard texts", () => {
  it.each([/x+$/, /\s+:/, /^\s*a?\s*$/, /a.*b/, /<(b)[^]*?<\/\1>/, /^["']+|["']+$/g, /(?:a+b)+$/, /(?<=x)\s*\s*z/])(
    "finds those of %s",
    (pattern) => expect(isSuperLinear(pattern)).toBe(true),
  );

  it.each([/^x+$/, /x+/g, /:\s+/, /^\s*a?$/, /a.{0,40}b/, /"[^"]*"/, /<[^<>]*>/g, /^(?:ab)+$/, /x/g, /(?<=x)y+z/g])(
    "finds none of %s",
    (pattern) => expect(isSuperLinear(pattern)).toBe(false),
  );
});
