import { RegExpParser, type AST } from "@eslint-community/regexpp";
import { regexpSteps, TooManySteps } from "./regexp_steps.js";

const parser = new RegExpParser();
/** Characters of each kind that classes tell apart. */
const SAMPLES = [..."a0 /\"'`<>[]{}(),;:=@.-_+!%|\\~é\n\t\r\0", "Az", "\ud83d\ude00"].flatMap((each) => [...each]);
const UNITS_OF_EACH = 2;
/** What stands around a text, so that a match fails late or does not begin at the beginning. */
const AROUND = [
  ["", ""],
  ["", "\u0001"],
  ["", "\na"],
  ["\u0001", "\u0001"],
] as const;

/** A text of about so many characters. */
type HardText = (length: number) => string;

/** Long enough to tell which texts are the hard ones; and so long that a repetition of some hundred times is none without a limit. */
const FIRST_LENGTH = 64;
const LENGTH = 512;
/** By how much the texts grow, and so do steps that are linear; those of a square grow by its square. */
const TIMES = 4;
const MOST = 1.5 * TIMES;

/**
 * Whether a search with this pattern may take more steps than a few for each character: tried on texts that are made from it.
 * Each of its repetitions without a limit is fed on what it takes, after what leads to it and again and again with it, and at
 * the end comes something that it does not want.
 */
export function isSuperLinear(pattern: RegExp): boolean {
  const isHard = (length: number) => (text: HardText) =>
    takesMore(pattern, text(TIMES * length), MOST * stepsOn(pattern, text(length)));
  return hardTexts(pattern).filter(isHard(FIRST_LENGTH)).some(isHard(LENGTH));
}

function hardTexts(pattern: RegExp): HardText[] {
  const { alternatives } = parser.parsePattern(pattern.source, undefined, undefined, { unicode: pattern.unicode });
  const bodies = [...repetitionsIn(alternatives, "", pattern)].flatMap(({ before, units }) => {
    const pairs = units.flatMap((unit) => units.map((other) => (unit === other ? unit : unit + other)));
    return [...pairs.map((unit) => [before, unit]), ...units.map((unit) => ["", before + unit]), ["", before]];
  });
  const different = new Map(bodies.map((body) => [JSON.stringify(body), body]));
  return [...different.values()].flatMap(([before = "", unit = ""]) =>
    unit === ""
      ? []
      : AROUND.map(
          ([head, tail]): HardText =>
            (length) =>
              head + before + unit.repeat(length / unit.length) + tail,
        ),
  );
}

function takesMore(pattern: RegExp, text: string, most: number): boolean {
  try {
    return stepsOn(pattern, text, most) > most;
  } catch (error) {
    if (error instanceof TooManySteps) return true;
    throw error;
  }
}

/** The steps of a search, or of all searches where a pattern is one that goes on. */
function stepsOn(pattern: RegExp, text: string, most = Infinity): number {
  const own = new RegExp(pattern.source, pattern.flags);
  let steps = 0;
  for (;;) {
    const from = own.lastIndex;
    const found = own.exec(text);
    steps += regexpSteps(own, text, from, found, most - steps);
    if (found === null || !own.global) return steps;
    if (found[0] === "") own.lastIndex++;
  }
}

interface Repetition {
  /** The shortest text that leads to it. */
  before: string;
  /** Texts that it takes once. */
  units: string[];
}

function* repetitionsIn(
  alternatives: readonly AST.Alternative[],
  before: string,
  pattern: RegExp,
): Generator<Repetition> {
  for (const { elements } of alternatives) {
    let lead = before;
    for (const element of elements) {
      yield* repetitionsOf(element, lead, pattern);
      lead += takenBy(element, pattern)[0] ?? "";
    }
  }
}

function* repetitionsOf(element: AST.Element, before: string, pattern: RegExp): Generator<Repetition> {
  if (element.type === "Group" || element.type === "CapturingGroup")
    yield* repetitionsIn(element.alternatives, before, pattern);
  if (element.type !== "Quantifier") return;
  const units = takenBy(element.element, pattern);
  if (element.max === Infinity) yield { before, units };
  yield* repetitionsOf(element.element, before, pattern);
}

/** Some texts that an element takes; the first one is the shortest. */
function takenBy(element: AST.Element, pattern: RegExp): string[] {
  switch (element.type) {
    case "Character":
      return [String.fromCodePoint(element.value)];
    case "CharacterClass":
    case "CharacterSet": {
      const flags = pattern.flags.replace(/[gmy]/g, "");
      const one = new RegExp(`^${element.raw}$`, flags);
      return SAMPLES.filter((sample) => one.test(sample)).slice(0, UNITS_OF_EACH);
    }
    case "Group":
    case "CapturingGroup":
      return takenByAny(element.alternatives, pattern);
    case "Quantifier": {
      const units = takenBy(element.element, pattern);
      return element.min === 0 ? ["", ...units] : units.map((unit) => unit.repeat(element.min));
    }
    case "Backreference": {
      const [group] = [element.resolved].flat();
      return group === undefined ? [""] : takenBy(group, pattern);
    }
    default:
      return element.type === "Assertion" && element.kind === "lookbehind" && !element.negate
        ? takenByAny(element.alternatives, pattern)
        : [""];
  }
}

function takenByAny(alternatives: readonly AST.Alternative[], pattern: RegExp): string[] {
  return alternatives.map(({ elements }) => elements.map((each) => takenBy(each, pattern)[0] ?? "").join(""));
}
