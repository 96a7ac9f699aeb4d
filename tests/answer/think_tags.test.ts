import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ThinkSplitter, type ThinkTags } from "../../src/answer/think_tags.js";

/** All that comes out, in sums. */
function split(mode: ThinkTags, pieces: readonly string[]): { text: string; reasoning: string } {
  const splitter = new ThinkSplitter(mode);
  const splits = [...pieces.map((piece) => splitter.push(piece)), splitter.end()];
  const text = splits.map(({ text = "" }) => text).join("");
  const reasoning = splits.map(({ reasoning = "" }) => reasoning).join("");
  const [end, answer] = splits.at(-1)?.thoughtInText ?? [0, 0];
  return { text: text.slice(answer), reasoning: reasoning + text.slice(0, end) };
}

const modes = fc.constantFrom<ThinkTags>("auto", "implicit", "off");
const tagged = fc.string({
  unit: fc.constantFrom(
    "<think>",
    "</think>",
    "<",
    ">",
    "/",
    "think",
    "<thin",
    "k>",
    " ",
    "\n",
    "a",
    "🙂",
    "</",
    "<think></think>",
    "<thought>",
    "</thought>",
    "[THINK]",
    "[/THINK]",
    ".",
  ),
});

describe("think tags", () => {
  it.each<[string, ThinkTags, string, string, string]>([
    ["reasoning, then the answer", "auto", "<think>Hm.</think>Yes.", "Hm.", "Yes."],
    ["blanks before the tag", "auto", "\n <think>Hm.</think>Yes.", "Hm.", "Yes."],
    ["no tag", "auto", "Yes.", "", "Yes."],
    ["blanks and no tag", "auto", " \nYes.", "", " \nYes."],
    ["a tag in the middle, which is text", "auto", "Say <think>x</think>.", "", "Say <think>x</think>."],
    ["a second pair, which is text", "auto", "<think>a</think>b<think>c</think>", "a", "b<think>c</think>"],
    ["empty reasoning", "auto", "<think></think>Yes.", "", "Yes."],
    ["a tag that never closes: all of it is text", "auto", "<think>Hm. Well", "Hm. Well", "<think>Hm. Well"],
    ["what only begins like a tag", "auto", "<thin", "", "<thin"],
    ["the beginning of an end", "auto", "<think>a</thinb</think>c", "a</thinb", "c"],
    ["a tag that the prompt opened", "implicit", "Hm.</think>Yes.", "Hm.", "Yes."],
    ["one that the prompt opened and never closes", "implicit", "Hm. Well", "Hm. Well", "Hm. Well"],
    ["one that the prompt opened and the model once more", "implicit", "\n<think>Hm.</think>Yes.", "Hm.", "Yes."],
    ["one that both opened and none closes", "implicit", "<think>Hm. Well", "Hm. Well", "<think>Hm. Well"],
    ["blanks before a tag that never closes", "auto", "\n <think>Hm.", "Hm.", "\n <think>Hm."],
    ["what only begins like a tag, inside", "implicit", "<thin", "", "<thin"],
    ["a tag further inside, which is reasoning", "implicit", "a<think>b</think>c", "a<think>b", "c"],
    ["tags that are switched off", "off", "<think>Hm.</think>Yes.", "", "<think>Hm.</think>Yes."],
    ["nothing", "auto", "", "", ""],
    ["<thought>", "auto", "<thought>Hm.</thought>Yes.", "Hm.", "Yes."],
    ["<thinking>", "auto", "<thinking>Hm.</thinking>Yes.", "Hm.", "Yes."],
    ["[THINK]", "auto", "[THINK]Hm.[/THINK]Yes.", "Hm.", "Yes."],
    ["Gemma's channel", "auto", "<|channel>thought\nHm.<channel|>Yes.", "Hm.", "Yes."],
    ["◁think▷", "auto", "◁think▷Hm.◁/think▷Yes.", "Hm.", "Yes."],
    ["a tag that another closes", "auto", "<think>Hm.</thought>Yes.", "Hm.</thought>Yes.", "<think>Hm.</thought>Yes."],
    [
      "gpt-oss' channels",
      "auto",
      "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
      "Hm.",
      "Yes.",
    ],
    [
      "the same with their first token",
      "auto",
      "<|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
      "Hm.",
      "Yes.",
    ],
    ["the last of them alone", "auto", "<|channel|>final<|message|>Yes.", "", "Yes."],
    [
      "other channels, which are text",
      "auto",
      "<|channel|>commentary<|message|>x",
      "",
      "<|channel|>commentary<|message|>x",
    ],
    ["a closing tag alone, after a sentence", "auto", "Hm.</think>Yes.", "Hm.", "Yes."],
    ["after a line", "auto", "Hm\n</think>\n\nYes.", "Hm\n", "\n\nYes."],
    ["at the end of its line", "auto", "Hm</think>\nYes.", "Hm", "\nYes."],
    ["before anything else", "auto", "\n</think>\nYes.", "\n", "\nYes."],
    ["another one", "auto", "Hm.</thought>Yes.", "Hm.", "Yes."],
    ["of which there are two", "auto", "Hm.</think>Yes.</think>", "Hm.", "Yes.</think>"],
    ["switched off", "off", "Hm.</think>Yes.", "", "Hm.</think>Yes."],
    [
      "a closing tag that the text speaks of",
      "auto",
      "Write `</think>` or </think> there.",
      "",
      "Write `</think>` or </think> there.",
    ],
    ["one in a fence of code", "auto", "So:\n```\na\n</think>\n```\n", "", "So:\n```\na\n</think>\n```\n"],
    ["another one that the prompt opened", "implicit", "Hm.</thought>Yes.", "Hm.", "Yes."],
    ["one that the prompt opened and the model as another", "implicit", "[THINK]a</think>[/THINK]b", "a</think>", "b"],
  ])("%s", (_, mode, content, reasoning, text) => {
    expect(split(mode, [content])).toEqual({ reasoning, text });
    expect(split(mode, [...content])).toEqual({ reasoning, text });
  });

  it("are read alike wherever a content is cut", () => {
    fc.assert(
      fc.property(modes, tagged, fc.array(fc.nat(), { maxLength: 8 }), (mode, content, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length];
        const pieces = places.slice(1).map((place, index) => content.slice(places[index], place));
        expect(split(mode, pieces)).toEqual(split(mode, [content]));
      }),
    );
  });

  it.each([
    ["opening tags", "<think>".repeat(50_000)],
    ["halves of closing tags", `<think>${"</thin".repeat(50_000)}`],
    ["closing tags that are text", `x ${"</think>".repeat(50_000)}`],
    ["blanks", " ".repeat(300_000)],
  ])("take time linear in the content: %s", (_, content) => {
    expect(split("auto", [content]).text).toBe(content);
    expect(split("auto", [...content]).text).toBe(content);
  });

  it("lose no character but the tags and blanks before them, and not even these when none closes", () => {
    fc.assert(
      fc.property(modes, tagged, (mode, content) => {
        const { text, reasoning } = split(mode, [content]);
        if (text === content) return;
        expect(mode).not.toBe("off");
        // With the closing tag put back it is what was said after the opening one.
        const said = content.replace(/^\s*(?:<think>|<thought>|\[THINK\])/, "");
        expect(["</think>", "</thought>", "[/THINK]"].map((tag) => reasoning + tag + text)).toContain(said);
      }),
    );
  });
});
