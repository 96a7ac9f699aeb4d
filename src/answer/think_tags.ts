import { Pieces } from "./pieces.js";

/**
 * How tags around thoughts in the content are read. `auto`: an answer that begins with one, such as `<think>`, is
 * reasoning up to the closing tag, and so is what stands before a closing tag alone. `implicit`: the prompt's template
 * opened the tag, so the answer begins inside, also where the model opens it once more. `off`: tags are text.
 */
export type ThinkTags = "auto" | "implicit" | "off";

/** A thought in a text that has been given out already: where it ends, and where the answer begins. */
export type ThoughtInText = readonly [end: number, answer: number];

/** Text and reasoning that are certain by now; any of them may be absent. */
export interface ThinkSplit {
  text?: string;
  reasoning?: string;
  /** Said at the end: the beginning of all the text so far was a thought. */
  thoughtInText?: ThoughtInText;
}

const FINAL = "<|channel|>final<|message|>";
const END_OF_ANALYSIS = `<|end|><|start|>assistant${FINAL}`;
/** Opening and closing tags of families of models. The last ones are gpt-oss' channels. */
const TAGS: ReadonlyMap<string, string> = new Map([
  ["<think>", "</think>"],
  ["<thought>", "</thought>"],
  ["<thinking>", "</thinking>"],
  ["<seed:think>", "</seed:think>"],
  ["<mm:think>", "</mm:think>"],
  ["[THINK]", "[/THINK]"],
  ["◁think▷", "◁/think▷"],
  ["<|START_THINKING|>", "<|END_THINKING|>"],
  // Gemma 4.
  ["<|channel>thought\n", "<channel|>"],
  ["<|channel|>analysis<|message|>", END_OF_ANALYSIS],
  ["<|start|>assistant<|channel|>analysis<|message|>", END_OF_ANALYSIS],
  [FINAL, ""],
  [`<|start|>assistant${FINAL}`, ""],
]);
const OPENINGS = [...TAGS.keys()];
/** The tags that prompts open themselves, so that their closing one may come alone. */
const LONE = OPENINGS.slice(0, 5).map((open) => [open, TAGS.get(open) ?? ""] as const);
const USUAL = "<think>";

/** A thought as it came, between its tags; `undefined` where it came in none. */
export function inTags(thought: string, open: string | undefined): string | undefined {
  const close = open === undefined ? undefined : TAGS.get(open);
  return close === undefined ? undefined : `${open}${thought}${close}`;
}

/**
 * Splits a streamed content into reasoning and answer, however it is cut into pieces. It never loses a character: what
 * might be the beginning of a tag is held back until it is known, and when no tag closes, everything counts as text.
 */
export class ThinkSplitter {
  /** The opening tag of the thoughts that came, or the one that the prompt opened. */
  tag = USUAL;
  private state: "start" | "inside" | "text" | "after";
  private closings: readonly string[] = LONE.map(([, close]) => close);
  private held = "";
  /** The held text without the blanks before it, while it may still begin the tag. */
  private begun = "";
  /** The opening tag and the blanks before it, as they came. */
  private opening = "";
  /** Text that was given out as reasoning before its closing tag came. If that never comes it is given out again, as text. */
  private unclosed = new Pieces();
  /** The text of an answer that began with no tag. */
  private readonly said = new Pieces();

  constructor(private readonly mode: ThinkTags) {
    this.state = mode === "off" ? "after" : "start";
  }

  push(piece: string): ThinkSplit {
    if (this.state === "after") return { text: piece };
    if (this.state === "text") {
      this.said.push(piece);
      return { text: piece };
    }
    this.held += piece;
    if (this.state === "start") {
      this.begun += this.begun === "" ? piece.trimStart() : piece;
      const { begun } = this;
      if (OPENINGS.some((open) => open.length > begun.length && open.startsWith(begun))) return {};
      const open = OPENINGS.find((tag) => begun.startsWith(tag));
      if (open !== undefined) this.open(open, this.held.length - begun.length + open.length);
      else if (this.mode === "auto") return this.release();
      this.state = "inside";
    }
    return this.inside();
  }

  /**
   * Gives out the rest at the end. If the tag never closed, nobody knows where the answer begins: all of it is handed over
   * once more, as the text that it was on the wire.
   */
  end(): ThinkSplit {
    if (this.state !== "inside") return { ...(this.held === "" ? {} : this.release()), ...this.lone() };
    const text = this.opening + this.unclosed.text + this.held;
    this.held = "";
    this.state = "after";
    return text === "" ? {} : { text };
  }

  /** The last piece and what is left. The text of a tag that never closes is text alone: no part of this piece has been given out as reasoning. */
  pushLast(piece: string): ThinkSplit {
    const split = this.push(piece);
    const rest = this.end();
    return rest.text === undefined ? { ...split, ...rest } : rest;
  }

  /** Gives out the held text of an answer that broke off, as part of what came before it. */
  cut(): ThinkSplit {
    const { held } = this;
    this.held = "";
    if (held === "") return this.lone();
    return this.state === "inside" || this.mode === "implicit" ? { reasoning: held } : { text: held };
  }

  private open(tag: string, length: number): void {
    this.tag = tag;
    this.closings = [TAGS.get(tag) ?? ""];
    this.opening = this.held.slice(0, length);
    this.held = this.held.slice(length);
  }

  private release(): ThinkSplit {
    const text = this.held;
    this.held = "";
    this.state = "text";
    this.said.push(text);
    return { text };
  }

  private lone(): ThinkSplit {
    const thoughtInText = loneThought(this.said.text);
    return thoughtInText ? { thoughtInText } : {};
  }

  private inside(): ThinkSplit {
    const [at, close] = firstOf(this.closings, this.held);
    if (at >= 0) {
      const reasoning = this.held.slice(0, at);
      const text = this.held.slice(at + close.length);
      this.held = "";
      this.unclosed = new Pieces();
      this.state = "after";
      return { ...(reasoning === "" ? {} : { reasoning }), ...(text === "" ? {} : { text }) };
    }
    const keep = Math.max(...this.closings.map((closing) => partialTagLength(this.held, closing)));
    const reasoning = this.held.slice(0, this.held.length - keep);
    this.held = this.held.slice(this.held.length - keep);
    if (reasoning === "") return {};
    this.unclosed.push(reasoning);
    return { reasoning };
  }
}

/** Where the first of some tags stands in a text, and which it is; -1 for none. */
function firstOf(tags: readonly string[], text: string): [at: number, tag: string] {
  let first: [number, string] = [-1, ""];
  for (const tag of tags) {
    const at = text.indexOf(tag);
    if (at >= 0 && (first[0] < 0 || at < first[0])) first = [at, tag];
  }
  return first;
}

/** How many characters at the end may be the beginning of a closing tag. */
function partialTagLength(text: string, close: string): number {
  for (let length = Math.min(close.length - 1, text.length); length > 0; length--) {
    if (close.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}

/** The last characters of a sentence. */
const STOPS = ".!?…。！？";

/**
 * The thought before a closing tag that stands alone: after a line or a sentence, or at the end of its line, and not in a
 * fence of code. Elsewhere a text speaks of the tag.
 */
function loneThought(text: string): ThoughtInText | undefined {
  if (!text.includes("</")) return undefined;
  for (const [open, close] of LONE) {
    const at = text.indexOf(close);
    const before = text.slice(0, Math.max(at, 0));
    if (at < 0 || before.includes(open) || before.split("```").length % 2 === 0) continue;
    const answer = at + close.length;
    const said = before.trimEnd();
    const isEnd = said !== "" && (STOPS.includes(said.slice(-1)) || before.includes("\n", said.length));
    if (isEnd || /^[ \t\r]*\n/.test(text.slice(answer, answer + 8))) return [at, answer];
  }
  return undefined;
}
