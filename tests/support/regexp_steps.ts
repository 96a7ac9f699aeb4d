import { RegExpParser, type AST } from "@eslint-community/regexpp";

/** Goes on from a place in the text: the end of the match, or -1. */
type Matcher = (at: number) => number;
type Single = AST.Character | AST.CharacterClass | AST.CharacterSet;

const parser = new RegExpParser();
const searches = new Map<string, Search>();
const realExec = RegExp.prototype.exec;
const isSingle = ({ type }: AST.Node): boolean =>
  type === "Character" || type === "CharacterClass" || type === "CharacterSet";

/** Says that a search was given up, since it took more steps than it was given. */
export class TooManySteps extends Error {}

/**
 * Counts the steps of a backtracking search: places tried, characters compared, and ways taken back. Engines are free to do
 * better; none that backtracks does worse. It finds what the engine finds, or throws.
 * @throws TooManySteps when there are more than `most`
 */
export function regexpSteps(
  pattern: RegExp,
  text: string,
  from: number,
  found: RegExpExecArray | null,
  most = Infinity,
): number {
  const search = searches.get(String(pattern)) ?? new Search(pattern);
  searches.set(String(pattern), search);
  const end = search.run(text, from, most);
  if (end !== (found === null ? -1 : found.index + found[0].length))
    throw new Error(`The counter reads ${String(pattern)} otherwise than the engine does.`);
  return search.steps;
}

class Search {
  steps = 0;
  #most = Infinity;
  #text = "";
  readonly #start: Matcher;
  readonly #groups = new Map<AST.CapturingGroup, string | undefined>();
  readonly #known = new Map<string, boolean>();

  constructor(private readonly pattern: RegExp) {
    const flags = { unicode: pattern.unicode };
    this.#start = this.#any(parser.parsePattern(pattern.source, undefined, undefined, flags).alternatives, (at) => at);
  }

  run(text: string, from: number, most: number): number {
    this.#text = text;
    this.steps = 0;
    this.#most = most;
    this.#groups.clear();
    for (let at = from; at <= text.length; at++) {
      const end = this.#start(at);
      if (end >= 0 || this.pattern.sticky) return end;
    }
    return -1;
  }

  #step(): void {
    this.steps++;
    if (this.steps > this.#most) throw new TooManySteps();
  }

  #any(alternatives: readonly AST.Alternative[], next: Matcher): Matcher {
    const ways = alternatives.map(({ elements }) => elements.reduceRight((then, each) => this.#one(each, then), next));
    return (at) => {
      for (const way of ways) {
        const end = way(at);
        if (end >= 0) return end;
      }
      return -1;
    };
  }

  #one(element: AST.Element, next: Matcher): Matcher {
    const matcher = this.#matcher(element, next);
    return (at) => {
      this.#step();
      return matcher(at);
    };
  }

  #matcher(element: AST.Element, next: Matcher): Matcher {
    switch (element.type) {
      case "Character":
      case "CharacterClass":
      case "CharacterSet":
        return (at) => (this.#takes(element, at) ? next(at + this.#width(at)) : -1);
      case "Group":
        return this.#any(element.alternatives, next);
      case "CapturingGroup":
        return this.#capture(element, next);
      case "Quantifier":
        return isSingle(element.element) ? this.#run(element, next) : this.#loop(element, next);
      case "Assertion":
        return this.#assertion(element, next);
      case "Backreference":
        return (at) => {
          const said = this.#groups.get(element.resolved as AST.CapturingGroup) ?? ""; // no name is given twice here
          const there = this.#text.slice(at, at + said.length);
          const isSame = this.pattern.ignoreCase ? there.toLowerCase() === said.toLowerCase() : there === said;
          return isSame ? next(at + said.length) : -1;
        };
      default:
        throw new Error(`The counter does not know \`${element.raw}\`.`);
    }
  }

  #capture(group: AST.CapturingGroup, next: Matcher): Matcher {
    return (at) => {
      const before = this.#groups.get(group);
      const end = this.#any(group.alternatives, (until) => {
        this.#groups.set(group, this.#text.slice(at, until));
        return next(until);
      })(at);
      if (end < 0) this.#groups.set(group, before);
      return end;
    };
  }

  /** Of single characters: without a call for each, since there may be many. */
  #run({ element, min, max, greedy }: AST.Quantifier, next: Matcher): Matcher {
    return (at) => {
      const places = [at];
      const more = () => {
        const last = places.at(-1) ?? at;
        this.#step();
        if (places.length > max || !this.#takes(element as Single, last)) return false; // asked before: it is one
        places.push(last + this.#width(last));
        return true;
      };
      const least = greedy ? Infinity : min;
      while (places.length <= least && more());
      for (;;) {
        if (places.length <= min) return -1;
        const end = next(places.at(-1) ?? at);
        if (end >= 0) return end;
        if (greedy) places.pop();
        else if (!more()) return -1;
      }
    };
  }

  #loop({ element, min, max, greedy }: AST.Quantifier, next: Matcher): Matcher {
    const time =
      (count: number): Matcher =>
      (at) => {
        const again = () =>
          count < max
            ? this.#one(element, (until) => (until === at && count >= min ? -1 : time(count + 1)(until)))(at)
            : -1;
        if (count < min) return again();
        const first = greedy ? again() : next(at);
        return first >= 0 ? first : greedy ? next(at) : again();
      };
    return time(0);
  }

  #assertion(assertion: AST.Assertion, next: Matcher): Matcher {
    if (assertion.kind === "lookahead" || assertion.kind === "lookbehind") {
      const holds =
        assertion.kind === "lookahead" ? this.#any(assertion.alternatives, (at) => at) : this.#behind(assertion);
      return (at) => (holds(at) >= 0 !== assertion.negate ? next(at) : -1);
    }
    // A place is judged as the engine judges it.
    const place = new RegExp(assertion.raw, `${this.pattern.flags.replace(/[gy]/g, "")}y`);
    return (at) => {
      place.lastIndex = at;
      return Reflect.apply(realExec, place, [this.#text]) === null ? -1 : next(at);
    };
  }

  #behind({ alternatives }: AST.LookbehindAssertion): Matcher {
    if (!alternatives.every(({ elements }) => elements.every(isSingle)))
      throw new Error("Only characters are looked back for.");
    const ways = alternatives.map((each) => ({ length: each.elements.length, match: this.#any([each], (at) => at) }));
    return (at) => (ways.some(({ length, match }) => length <= at && match(at - length) === at) ? at : -1);
  }

  #width(at: number): number {
    return this.pattern.unicode && (this.#text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }

  #takes({ raw }: Single, at: number): boolean {
    if (at >= this.#text.length) return false;
    const character = this.#text.slice(at, at + this.#width(at));
    const key = `${raw} ${character}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isOne = new RegExp(`^${raw}$`, this.pattern.flags.replace(/[gmy]/g, ""));
    const takes = Reflect.apply(realExec, isOne, [character]) !== null;
    this.#known.set(key, takes);
    return takes;
  }
}
