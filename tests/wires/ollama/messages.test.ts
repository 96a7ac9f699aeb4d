import { describe, expect, it } from "@jest/globals";
import {
  AIMessage,
  AIMessageChunk,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from "@langchain/core/messages";
import { ConfigurationError } from "../../../src/base/errors.js";
import { refuseMedia } from "../../../src/wires/ollama/fetch_media.js";
import { toOllamaMessages } from "../../../src/wires/ollama/messages.js";

const wire = (...messages: BaseMessage[]) => toOllamaMessages(messages, refuseMedia);
const call = (id: string, name = "get_weather", args: Record<string, unknown> = { city: "Oslo" }) => ({
  type: "tool_call" as const,
  id,
  name,
  args,
});
const wireCall = (id: string, name = "get_weather", args: object = { city: "Oslo" }) => ({
  id,
  function: { name, arguments: args },
});

describe("system messages", () => {
  const image = (base64: string) => ({ type: "image_url", image_url: `data:image/png;base64,${base64}` });

  it("at the beginning are one, in their order: some renderers refuse a second", async () => {
    const first = new SystemMessage({ content: [{ type: "text", text: "One." }, image("AAEC")] });
    const second = new ChatMessage("Two.", "developer");
    const third = new SystemMessage({ content: [image("AwQF"), { type: "text", text: "Three." }] });
    expect(await wire(first, second, third, new HumanMessage("Hi"))).toEqual([
      { role: "system", content: "One.\n\nTwo.\n\nThree.", images: ["AAEC", "AwQF"] },
      { role: "user", content: "Hi" },
    ]);
  });

  it("stay where they are later on", async () => {
    const later = [new SystemMessage("B"), new SystemMessage("C")];
    expect((await wire(new SystemMessage("A"), new HumanMessage("Hi"), ...later)).map(({ role }) => role)).toEqual([
      "system",
      "user",
      "system",
      "system",
    ]);
    expect(await wire(new HumanMessage("Hi"), ...later)).toHaveLength(3);
  });
});

describe("roles", () => {
  it.each<[string, BaseMessage, string]>([
    ["human", new HumanMessage("x"), "user"],
    ["system", new SystemMessage("x"), "system"],
    ["ai", new AIMessage("x"), "assistant"],
    ["a streamed answer", new AIMessageChunk("x"), "assistant"],
    ["developer, which Ollama drops", new ChatMessage("x", "developer"), "system"],
    ["user as text", new ChatMessage("x", "user"), "user"],
    ["assistant as text", new ChatMessage("x", "assistant"), "assistant"],
  ])("%s", async (_, message, role) => {
    expect(await wire(message)).toEqual([{ role, content: "x" }]);
  });

  it("refuses one that Ollama drops without a word", async () => {
    await expect(wire(new ChatMessage("x", "critic"))).rejects.toThrow(
      "A message has the role `critic`, which Ollama drops.",
    );
  });
});

describe("content", () => {
  it("is one text, with its images beside it", async () => {
    const content = [
      { type: "text", text: "What is" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAEC" } },
      { type: "text", text: "this?" },
      { type: "image", data: "AwQF", mimeType: "image/png" },
    ];
    expect(await wire(new HumanMessage({ content }))).toEqual([
      { role: "user", content: "What is\nthis?", images: ["AAEC", "AwQF"] },
    ]);
  });

  it("leaves the caller's message as it was", async () => {
    const message = new HumanMessage({
      content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAEC" } }],
    });
    const before = structuredClone(message.content);
    await wire(message);
    expect(message.content).toEqual(before);
  });

  it("refuses a block that cannot be sent", async () => {
    const refused = wire(new HumanMessage({ content: [{ type: "video", url: "https://example.com/a.mp4" }] }));
    await expect(refused).rejects.toThrow(
      "A content block of type `video` cannot be sent to Ollama. It takes text, images and audio.",
    );
    await expect(refused).rejects.toThrow(ConfigurationError);
  });

  it("refuses an image address, without its query", async () => {
    const refused = wire(
      new HumanMessage({ content: [{ type: "image_url", image_url: "https://example.com/a.png?signature=secret" }] }),
    );
    await expect(refused).rejects.toThrow(
      "The image `https://example.com/a.png` is an address, and Ollama takes image data only. Pass base64 or a data URL, or set `fetchImages: true`",
    );
  });

  it("fetches an image address where that is allowed", async () => {
    const message = new HumanMessage({ content: [{ type: "image_url", image_url: "https://example.com/a.png" }] });
    const seen: string[] = [];
    const messages = await toOllamaMessages([message], async (url) => {
      seen.push(url);
      return "AAEC";
    });
    expect(messages).toEqual([{ role: "user", content: "", images: ["AAEC"] }]);
    expect(seen).toEqual(["https://example.com/a.png"]);
  });
});

describe("an answer in the history", () => {
  it("is one message with text, thinking and calls", async () => {
    const message = new AIMessage({
      content: "Let me look.",
      tool_calls: [call("c1"), call("c2", "get_time", {})],
      additional_kwargs: { reasoning_content: "They ask." },
    });
    expect(await wire(message)).toEqual([
      {
        role: "assistant",
        content: "Let me look.",
        thinking: "They ask.",
        tool_calls: [wireCall("c1"), wireCall("c2", "get_time", {})],
      },
    ]);
  });

  it.each<[string, AIMessage]>([
    [
      "blocks and tool calls",
      new AIMessage({
        content: [
          { type: "text", text: "Let me " },
          { type: "text", text: "look." },
        ],
        tool_calls: [call("c1")],
      }),
    ],
    [
      "Anthropic's blocks",
      new AIMessage({
        content: [
          { type: "text", text: "Let me look." },
          { type: "tool_use", id: "c1", name: "get_weather", input: { city: "Oslo" } },
        ],
        tool_calls: [call("c1")],
      }),
    ],
    ["standard blocks", new AIMessage({ contentBlocks: [{ type: "text", text: "Let me look." }, call("c1")] })],
  ])("keeps its calls: %s", async (_, message) => {
    expect(await wire(message)).toEqual([{ role: "assistant", content: "Let me look.", tool_calls: [wireCall("c1")] }]);
  });

  it.each<[string, AIMessage]>([
    [
      "a standard block",
      new AIMessage({
        content: [
          { type: "reasoning", reasoning: "Hm." },
          { type: "text", text: "Yes." },
        ],
        response_metadata: { output_version: "v1" },
      }),
    ],
    [
      "Anthropic's block",
      new AIMessage({
        content: [
          { type: "thinking", thinking: "Hm.", signature: "s" },
          { type: "redacted_thinking", data: "x" },
          { type: "text", text: "Yes." },
        ],
      }),
    ],
  ])("sends thinking back from %s", async (_, message) => {
    expect(await wire(message)).toEqual([{ role: "assistant", content: "Yes.", thinking: "Hm." }]);
  });

  it("is joined with one that follows it: the server would forget the second's calls", async () => {
    const second = new AIMessage({
      content: "",
      tool_calls: [call("c1")],
      additional_kwargs: { reasoning_content: "B" },
    });
    const third = new AIMessage({ content: "Two.", tool_calls: [call("c2")] });
    expect(
      await wire(new AIMessage({ content: "One.", additional_kwargs: { reasoning_content: "A" } }), second, third),
    ).toEqual([
      { role: "assistant", content: "One.\n\nTwo.", thinking: "A\n\nB", tool_calls: [wireCall("c1"), wireCall("c2")] },
    ]);
  });

  it("keeps a broken call only where a result answers it", async () => {
    const broken = (id: string) => ({
      type: "invalid_tool_call" as const,
      id,
      name: "get_weather",
      args: '{"ci',
      error: "cut",
    });
    const message = new AIMessage({ content: "", invalid_tool_calls: [broken("c1"), broken("c2")] });
    expect(
      await wire(message, new ToolMessage({ content: "Say it again.", tool_call_id: "c2", status: "error" })),
    ).toEqual([
      { role: "assistant", content: "", tool_calls: [wireCall("c2", "get_weather", {})] },
      { role: "tool", content: "Error: Say it again.", tool_name: "get_weather", tool_call_id: "c2" },
    ]);
  });
});

describe("a tool's result", () => {
  const asked = new AIMessage({ content: "", tool_calls: [call("c1")] });

  it.each<[string, ToolMessage, object]>([
    [
      "with the name from the call",
      new ToolMessage({ content: "18", tool_call_id: "c1" }),
      { content: "18", tool_name: "get_weather", tool_call_id: "c1" },
    ],
    [
      "with its own name",
      new ToolMessage({ content: "18", tool_call_id: "c1", name: "weather" }),
      { content: "18", tool_name: "weather", tool_call_id: "c1" },
    ],
    [
      "of a call that is not there",
      new ToolMessage({ content: "18", tool_call_id: "c9" }),
      { content: "18", tool_call_id: "c9" },
    ],
    [
      "that is an error",
      new ToolMessage({ content: "no such city", tool_call_id: "c1", status: "error" }),
      { content: "Error: no such city", tool_name: "get_weather", tool_call_id: "c1" },
    ],
    [
      "that is an error and says so",
      new ToolMessage({ content: "Error: no such city", tool_call_id: "c1", status: "error" }),
      { content: "Error: no such city", tool_name: "get_weather", tool_call_id: "c1" },
    ],
    [
      "in blocks",
      new ToolMessage({
        content: [
          { type: "text", text: "18" },
          { type: "json", json: { wind: 3 } },
        ],
        tool_call_id: "c1",
      }),
      { content: '18\n{"type":"json","json":{"wind":3}}', tool_name: "get_weather", tool_call_id: "c1" },
    ],
    [
      "with an image",
      new ToolMessage({ content: [{ type: "image", data: "AAEC", mimeType: "image/png" }], tool_call_id: "c1" }),
      { content: "", images: ["AAEC"], tool_name: "get_weather", tool_call_id: "c1" },
    ],
  ])("goes back %s", async (_, message, expected) => {
    expect((await wire(asked, message))[1]).toEqual({ role: "tool", ...expected });
  });

  it("of the older kind has a name", async () => {
    expect(await wire(new FunctionMessage({ content: "18", name: "get_weather" }))).toEqual([
      { role: "tool", content: "18", tool_name: "get_weather" },
    ]);
  });
});
