/**
 * How `<think>` tags in the content are read. `auto`: an answer that begins with the tag is reasoning up to the closing
 * tag. `implicit`: the prompt's template opened the tag, so the answer begins inside, also where the model opens it once
 * more. `off`: tags are text.
 */
export type ThinkTags = "auto" | "implicit" | "off";

/** Text and reasoning that are certain by now; either may be absent. */
export interface ThinkSplit {
  text?: string;
  reasoning?: string;
}

const OPEN = "<think>";
const CLOSE = "</think>";

/**
 * Splits a streamed content into reasoning and answer, however it is cut into pieces. It never loses a character: what
 * might be the beginning of a tag is held back until it is known, and when no tag closes, everything counts as text.
 */
export class ThinkSplitter {
  private state: "start" | "inside" | "after";
  private held = "";
  /** The held text without the blanks before it, while it may still begin the tag. */
  private begun = "";
  /** The opening tag and the blanks before it, as they came. */
  private opening = "";
  /** Text that was given out as reasoning before its closing tag came. If that never comes it is given out again, as text. */
  private unclosed: string[] = [];

  constructor(private readonly mode: ThinkTags) {
    this.state = mode === "off" ? "after" : "start";
  }

  push(piece: string): ThinkSplit {
    if (this.state === "after") return { text: piece };
    this.held += piece;
    if (this.state === "start") {
      this.begun += this.begun === "" ? piece.trimStart() : piece;
      const { begun } = this;
      if (begun.length < OPEN.length && OPEN.startsWith(begun)) return {};
      if (begun.startsWith(OPEN)) this.open(this.held.length - begun.length + OPEN.length);
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
    if (this.state !== "inside") return this.held === "" ? {} : this.release();
    const text = this.opening + this.unclosed.join("") + this.held;
    this.held = "";
    this.state = "after";
    return text === "" ? {} : { text };
  }

  /** The last piece and what is left. The text of a tag that never closes is text alone: no part of this piece has been given out as reasoning. */
  pushLast(piece: string): ThinkSplit {
    const split = this.push(piece);
    const rest = this.end();
    return rest.text === undefined ? split : rest;
  }

  /** Gives out the held text of an answer that broke off, as part of what came before it. */
  cut(): ThinkSplit {
    const { held } = this;
    this.held = "";
    if (held === "") return {};
    return this.state === "inside" || this.mode === "implicit" ? { reasoning: held } : { text: held };
  }

  private open(length: number): void {
    this.opening = this.held.slice(0, length);
    this.held = this.held.slice(length);
  }

  private release(): ThinkSplit {
    const text = this.held;
    this.held = "";
    this.state = "after";
    return { text };
  }

  private inside(): ThinkSplit {
    const close = this.held.indexOf(CLOSE);
    if (close >= 0) {
      const reasoning = this.held.slice(0, close);
      const text = this.held.slice(close + CLOSE.length);
      this.held = "";
      this.unclosed = [];
      this.state = "after";
      return { ...(reasoning === "" ? {} : { reasoning }), ...(text === "" ? {} : { text }) };
    }
    const keep = partialTagLength(this.held);
    const reasoning = this.held.slice(0, this.held.length - keep);
    this.held = this.held.slice(this.held.length - keep);
    if (reasoning === "") return {};
    this.unclosed.push(reasoning);
    return { reasoning };
  }
}

/** How many characters at the end may be the beginning of the closing tag. */
function partialTagLength(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--) {
    if (CLOSE.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
