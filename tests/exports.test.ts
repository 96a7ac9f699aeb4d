import { describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import * as errors from "../src/base/errors.js";
import * as fireworks from "../src/fireworks.js";
import * as root from "../src/index.js";
import * as ollama from "../src/ollama.js";
import * as openllm from "../src/openllm.js";
import * as origin from "../src/origin.js";

/** The errors of models in the table of their documentation. LangChain's own comes from LangChain. */
const documented = [
  ...readFileSync(new URL("../docs/models.md", import.meta.url), "utf8").matchAll(/^\| `(\w+Error)` /gm),
]
  .map(([, name]) => String(name))
  .filter((name) => name !== "ModelAbortError");

describe("errors can be caught by their class", () => {
  it("of every kind, from the package", () => {
    expect(root).toMatchObject({ ...errors });
  });

  it.each([
    ["fireworks", fireworks],
    ["ollama", ollama],
    ["openllm", openllm],
  ])("that a model throws, from its entry point (%s)", (_name, entry) => {
    expect(documented).toContain("StreamTruncatedError");
    expect(Object.keys(entry)).toEqual(expect.arrayContaining([...documented, "BudgetExceededError", "MeteredError"]));
  });
});

describe("the entry point of the origin's figures", () => {
  it("has its formula, which no other has, and its prices, which the package has too", () => {
    expect(Object.keys(origin).toSorted()).toEqual([
      "METAGPT_2023_GRADES",
      "originReplyTokenCount",
      "originTokenCount",
    ]);
    expect(Object.keys({ ...root, ...openllm })).not.toContain("originTokenCount");
    expect(root.METAGPT_2023_GRADES).toBe(origin.METAGPT_2023_GRADES);
  });
});
