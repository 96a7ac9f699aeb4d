import { describe, expect, it } from "@jest/globals";
import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { promptParts } from "../../src/usage/prompt_parts.js";

const base64 = Buffer.from("x".repeat(3_000)).toString("base64");
const url = `data:image/png;base64,${base64}`;
const textOf = (...messages: BaseMessage[]) =>
  promptParts(messages)
    .messages.flatMap(({ texts }) => texts)
    .join("");

describe("the parts of a prompt", () => {
  it.each<[string, BaseMessage]>([
    ["an answer", new AIMessage(`Look: ![chart](${url}) and so on.`)],
    ["a tool's result", new ToolMessage({ content: `Look: ![chart](${url}) and so on.`, tool_call_id: "1" })],
  ])("have no bytes in the text of %s, where none are sent", (_what, message) => {
    const text = textOf(message);
    expect(text).not.toContain(base64);
    expect(text).toMatch(/^Look: !\[chart\]\(\[image\/png: \d+ characters of base64, left out\]\) and so on\.$/);
  });

  it("have a question's text as it is, since it is sent so", () => {
    expect(textOf(new HumanMessage(`What is ${url}?`))).toBe(`What is ${url}?`);
  });

  it.each<[string, object, { images: number; files: number }]>([
    ["an image", { type: "image_url", image_url: { url } }, { images: 1, files: 0 }],
    ["a file", { type: "file", mimeType: "application/pdf", data: base64 }, { images: 0, files: 1 }],
  ])("have the bytes of %s as no text", (_what, block, counted) => {
    const content = [{ type: "text", text: "Well?" }, block] as never;
    const { messages } = promptParts([new HumanMessage({ content })]);
    expect(messages).toEqual([expect.objectContaining({ texts: ["Well?"], ...counted })]);
  });

  it("are read anew where a message was changed", () => {
    const message = new ToolMessage({ content: "tide ".repeat(200), tool_call_id: "1" });
    expect(textOf(message)).toHaveLength(1_000);
    message.content = "ebb ".repeat(200);
    expect(textOf(message)).toHaveLength(800);
    message.content = [{ type: "text", text: "tide" }];
    expect(textOf(message)).toBe("tide");
  });
});
