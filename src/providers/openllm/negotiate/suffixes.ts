/** Letters and digits: 36 of them. */
const KINDS = 36;

/** A state without a longer one behind it, and the state that all begin from. */
const NONE = -1;
const START = 0;

/**
 * All parts of a text (its suffix automaton): what of another text stands in it is found in one pass over that other one,
 * however long it is. The text consists of `a` to `z` and `0` to `9`.
 */
export class Suffixes {
  /** By state: where each character leads, the longest part that it stands for, and the state of its next shorter end. */
  private readonly next: Int32Array;
  private readonly length: Int32Array;
  private readonly link: Int32Array;
  /** The state of the text up to each of its characters. */
  private readonly upTo: number[] = [];
  private states = 1;

  constructor(text: string) {
    const most = 2 * text.length + 2;
    this.next = new Int32Array(most * KINDS).fill(NONE);
    this.length = new Int32Array(most);
    this.link = new Int32Array(most).fill(NONE);
    let last = START;
    for (let at = 0; at < text.length; at++) {
      last = this.append(last, kindOf(text, at));
      this.upTo.push(last);
    }
  }

  /** An empty record of what was found. */
  none(): Int32Array {
    return new Int32Array(this.states);
  }

  /**
   * Notes what of another text stands in this one.
   * @param found by state, the longest part that was found
   * @param atEdges the same of those that the other text begins or ends with
   */
  note(other: string, found: Int32Array, atEdges: Int32Array): void {
    let state = START;
    let length = 0;
    for (let at = 0; at < other.length; at++) {
      const kind = kindOf(other, at);
      while (state !== START && this.step(state, kind) === NONE) {
        state = this.link[state] ?? START;
        length = this.length[state] ?? 0;
      }
      const ahead = this.step(state, kind);
      if (ahead !== NONE) {
        state = ahead;
        length++;
      }
      if (length > (found[state] ?? 0)) found[state] = length;
      if (length === at + 1 && length > (atEdges[state] ?? 0)) atEdges[state] = length;
    }
    if (length > (atEdges[state] ?? 0)) atEdges[state] = length;
    for (let end = this.link[state] ?? NONE; end > START; end = this.link[end] ?? NONE)
      atEdges[end] = this.length[end] ?? 0;
  }

  /** The longest part that was found and ends at each character, in characters. */
  longestAt(found: Int32Array): number[] {
    const order = [...found.keys()].sort((a, b) => (this.length[a] ?? 0) - (this.length[b] ?? 0));
    const best = new Int32Array(found.length);
    for (const state of order) {
      const shorter = this.link[state] ?? NONE;
      best[state] = Math.max(found[state] ?? 0, shorter > START ? (best[shorter] ?? 0) : 0);
    }
    return this.upTo.map((state) => best[state] ?? 0);
  }

  private step(state: number, kind: number): number {
    return this.next[state * KINDS + kind] ?? NONE;
  }

  private append(last: number, kind: number): number {
    const state = this.states++;
    this.length[state] = (this.length[last] ?? 0) + 1;
    let at = last;
    for (; at !== NONE && this.step(at, kind) === NONE; at = this.link[at] ?? NONE)
      this.next[at * KINDS + kind] = state;
    this.link[state] = at === NONE ? START : this.endFor(at, kind);
    return state;
  }

  /** The state of the longest end that has been there before. It is split off where its state stands for longer parts too. */
  private endFor(at: number, kind: number): number {
    const there = this.step(at, kind);
    if (this.length[there] === (this.length[at] ?? 0) + 1) return there;
    const copy = this.states++;
    this.next.copyWithin(copy * KINDS, there * KINDS, (there + 1) * KINDS);
    this.length[copy] = (this.length[at] ?? 0) + 1;
    this.link[copy] = this.link[there] ?? START;
    this.link[there] = copy;
    for (let back = at; back !== NONE && this.step(back, kind) === there; back = this.link[back] ?? NONE)
      this.next[back * KINDS + kind] = copy;
    return copy;
  }
}

function kindOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 0x60 ? code - 0x30 : code - 0x61 + 10;
}
