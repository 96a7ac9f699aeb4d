import { Pieces } from "./pieces.js";

/** JSON as models write it: bare, in a Markdown fence, after thinking, amid words. `undefined` where a text is none. */
export function parseJson(text: string): unknown {
  return findJson(text)?.value;
}

/** The text with nothing around the JSON that it is meant to be; as it is where there is none in it. */
export function bareJson(text: string): string {
  const json = findJson(text)?.json ?? text;
  return json === text ? text : json.trim();
}

/** The JSON in a text, with its value. */
export function findJson(text: string): { json: string; value: unknown } | undefined {
  for (const json of candidates(text)) {
    try {
      return { json, value: JSON.parse(json) as unknown };
    } catch {
      // The next may be one.
    }
  }
  return undefined;
}

/** The parts of a text that may be JSON, the whole text first: a value may itself have a fence or a tag in it. */
function* candidates(text: string): Generator<string> {
  yield text;
  // Where the prompt opened the tag, only the closing one comes.
  const said = text.split("</think>").at(-1) ?? text;
  yield said;
  for (const fence of [/```\w*\s([^]*)```/, /```\w*\s([^]*?)```/]) {
    const fenced = fence.exec(said)?.[1];
    if (fenced !== undefined) yield fenced;
  }
  // An object amid words. An empty one is rather a part of what they say.
  const braced = said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1);
  if (/^\{\s*"/.test(braced)) yield braced;
}

/**
 * Streamed text that should be JSON. What begins with an object or a list passes at once; anything else is held back to
 * the end, since a fence or a sentence before the JSON cannot be taken back once it has been delivered.
 */
export class JsonText {
  private readonly held = new Pieces();

  /** @param state "held" for a text of which nothing may pass */
  constructor(private state: "blank" | "held" | "passed" = "blank") {}

  /** True where the text may have something around its JSON: it has been held back to its end. */
  get isHeld(): boolean {
    return this.state !== "passed";
  }

  push(piece: string): string | undefined {
    if (this.state === "passed") return piece;
    this.held.push(piece);
    const begun = this.state === "blank" ? piece.trimStart().charAt(0) : "";
    if (begun !== "") this.state = begun === "{" || begun === "[" ? "passed" : "held";
    return this.state === "passed" ? this.take() : undefined;
  }

  /** The last piece and all that was held back, as it came. */
  cut(piece: string | undefined): string | undefined {
    const passed = piece === undefined ? undefined : this.push(piece);
    return passed ?? this.take();
  }

  private take(): string | undefined {
    const text = this.held.take();
    return text === "" ? undefined : text;
  }
}
